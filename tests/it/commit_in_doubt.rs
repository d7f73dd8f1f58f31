//! The line to the database breaks while something is committed: whether COMMIT was lost or its answer, or
//! the answer of a statement that commits by itself, each call is done once, and its client is told so.

use crate::harness::calls::forgot;
use crate::harness::proxy::{Break, Proxy};
use crate::harness::{EMAIL, Kind, NEW_PASSWORD, TOKEN, World};

const BREAKS: [Break; 2] = [Break::Before, Break::After];

/// A shop whose server reaches the database through the proxy.
fn world() -> (World, Proxy) {
    let mut world = World::empty(Kind::MariaDb);
    let url = world.database_url();
    let (host, database) =
        url.strip_prefix("mysql://root@").and_then(|rest| rest.split_once('/')).expect("a URL of ours");
    let proxy = Proxy::start(host);
    world.serve(&[("database.url", &format!("mysql://root@{}/{database}", proxy.address))]);
    (world, proxy)
}

/// * `email`: what tells the call's transaction from others.
fn each(email: &str, test: impl Fn(&World)) {
    each_break(|_, proxy, how| proxy.break_after(email, how), test);
}

fn each_break(prepare: impl Fn(&World, &Proxy, Break), test: impl Fn(&World)) {
    for how in BREAKS {
        let (world, proxy) = world();
        world.alice();
        prepare(&world, &proxy, how);
        test(&world);
        assert_eq!(proxy.broken(), 1, "{how:?}: the line was broken");
    }
}

/// A reset of alice's is one statement, which is given the token as it is stored.
fn break_reset(world: &World, proxy: &Proxy, how: Break) {
    proxy.break_at(&world.column(1, "rp_token").expect("a token"), how);
}

#[test]
fn a_reset_is_done_once() {
    each_break(break_reset, resets_once);
}

#[test]
fn a_reset_that_lifts_the_throttle_is_done_once() {
    let prepare = |world: &World, proxy: &Proxy, how| {
        assert_eq!(world.sign_in(EMAIL, "Wrong-Password1").status, 401);
        proxy.break_after(EMAIL, how);
    };
    each_break(prepare, |world| {
        resets_once(world);
        assert_eq!(world.count("oauth_token_request_log"), 0);
    });
}

/// The server goes on with the statement after the line broke; what is sent again waits for it.
#[test]
fn a_reset_that_goes_on_without_us_is_done_once() {
    let (world, proxy) = world();
    world.alice();
    break_reset(&world, &proxy, Break::During);
    let world = &world;
    std::thread::scope(|scope| {
        let lock = "UPDATE customer_entity SET failures_num = 1";
        scope.spawn(move || world.sql(&format!("BEGIN; {lock}; DO SLEEP(1.5); COMMIT")));
        std::thread::sleep(std::time::Duration::from_millis(300));
        resets_once(world);
    });
    assert_eq!(proxy.broken(), 1);
}

fn resets_once(world: &World) {
    assert!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).is_true());
    assert!(world.signs_in(1, NEW_PASSWORD));
    assert_eq!(world.reset(EMAIL, TOKEN, "Another123!").status, 400);
}

#[test]
fn a_link_is_mailed_once() {
    each(EMAIL, |world| {
        assert!(world.forgot(EMAIL).is_true());
        assert_eq!(world.count("password_reset_request_event"), 1);
        let mails = world.mails();
        assert_eq!(mails.len(), 1);
        let token = mails[0].token();
        assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    });
}

#[test]
fn a_request_for_an_unknown_email_counts_once() {
    each("nobody@example.com", |world| {
        assert_eq!(world.forgot("nobody@example.com").status, 404);
        assert_eq!(world.count("password_reset_request_event"), 1);
    });
}

#[test]
fn an_account_is_made_once() {
    each("bob@example.com", |world| {
        let answer = world.create("bob@example.com", NEW_PASSWORD);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(world.count("customer_entity"), 2);
    });
}

#[test]
fn an_asynchronous_call_is_accepted_once() {
    // Its parameters are sealed; the name of the operation is not.
    each("initiatePasswordReset", |world| {
        let answer = world.send(&forgot(EMAIL).at("/rest/async/V1/customers/password"));
        assert_eq!(answer.status, 202, "{}", answer.body);
        // The clock stands still: nothing is due yet.
        assert_eq!(world.count("rekey_async_operation"), 1);
    });
}
