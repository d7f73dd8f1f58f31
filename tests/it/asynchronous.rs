//! `/async/V1/…`: accepted at once, done a moment later, once, also after a restart.

use serde_json::{Value, json};

use crate::harness::calls::{MY_PASSWORD, change, reset};
use crate::harness::{Answer, Customer, EMAIL, NEW_PASSWORD, PASSWORD, Request, TOKEN, World, both, kinds};

const LATER: &str = "/rest/async/V1/customers/resetPassword";
const BULK: &str = "/rest/async/bulk/V1/customers/resetPassword";
const TABLE: &str = "rekey_async_operation";

fn item(email: &str, token: &str, password: &str) -> Value {
    json!({"email": email, "resetToken": token, "newPassword": password})
}

fn bulk(world: &World, items: &[Value]) -> Answer {
    world.send(&Request::json("POST", BULK, json!(items).to_string()))
}

/// So many calls were accepted.
#[track_caller]
fn accepted(answer: &Answer, items: usize) {
    assert_eq!(answer.status, 202, "{}", answer.body);
    let json = answer.json();
    assert_eq!(json["bulk_uuid"].as_str().map(str::len), Some(36));
    assert_eq!((json["request_items"].as_array().map(Vec::len), &json["errors"]), (Some(items), &json!(false)));
    for (id, item) in json["request_items"].as_array().into_iter().flatten().enumerate() {
        assert_eq!((&item["id"], &item["status"]), (&json!(id), &json!("accepted")));
        assert_eq!(item["data_hash"].as_str().map(str::len), Some(64));
    }
}

/// Lets the moment pass after which accepted calls are done, and waits for them.
fn work_off(world: &World) {
    world.clock.advance(3);
    world.wait_until("every accepted call is done", || world.count(TABLE) == 0);
}

both!(async_is_answered_before_it_is_done, |world| {
    world.customer(&Customer { rp_token: Customer::default().rp_token, ..Customer::quick() });
    let before = world.rows("customer_entity");
    accepted(&world.send(&reset(EMAIL, TOKEN, NEW_PASSWORD).at(LATER)), 1);
    // The clock stands: the call is not due before a test lets it go on.
    assert_eq!(world.rows("customer_entity"), before);
    assert_eq!(world.count(TABLE), 1);
    work_off(world);
    world.bearer(EMAIL, NEW_PASSWORD);
    assert_eq!(world.column(1, "rp_token"), None);
});

both!(async_refusals_change_nothing_and_are_forgotten, |world| {
    world.customer(&Customer { rp_token: Customer::default().rp_token, ..Customer::quick() });
    let before = world.rows("customer_entity");
    for (email, token, password) in
        [(EMAIL, "wrong", NEW_PASSWORD), ("nobody@example.com", TOKEN, NEW_PASSWORD), (EMAIL, TOKEN, "weak")]
    {
        accepted(&world.send(&reset(email, token, password).at(LATER)), 1);
    }
    work_off(world);
    assert_eq!(world.rows("customer_entity"), before);
    world.token_still_works();
});

both!(async_types_are_checked_before_it_is_accepted, |world| {
    let answer = world.send(&Request::json("POST", LATER, json!({"email": EMAIL}).to_string()));
    assert_eq!(answer.status, 400, "{}", answer.body);
    let good = item(EMAIL, TOKEN, NEW_PASSWORD);
    let answer = bulk(world, &[good, json!({"email": EMAIL, "resetToken": TOKEN})]);
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(world.count(TABLE), 0, "all or none");
});

both!(async_bulk_does_every_item, |world| {
    let mut items = Vec::new();
    for id in 1..=5 {
        let (email, token) = (format!("c{id}@example.com"), format!("token{id}"));
        world.customer(&Customer {
            password_hash: Customer::quick().password_hash,
            ..Customer::other(id, &email, Some(&token))
        });
        items.push(item(&email, &token, &format!("Bulk-Pass{id}")));
    }
    // Two with one token: one of them wins. One that is refused holds up nobody.
    items.push(item("c5@example.com", "token5", "Bulk-Pass6"));
    items.insert(2, item("nobody@example.com", "token1", NEW_PASSWORD));
    accepted(&bulk(world, &items), 7);
    work_off(world);
    for id in 1..=5 {
        world.bearer(&format!("c{id}@example.com"), &format!("Bulk-Pass{id}"));
    }
});

both!(async_passwords_are_nowhere_readable, |world| {
    world.alice();
    world.customer(&Customer { id: 2, email: "quick@example.com".into(), ..Customer::quick() });
    let bearer = world.bearer("quick@example.com", PASSWORD);
    accepted(&world.send(&reset(EMAIL, "markTOKEN", "Mark-Password1").at(LATER)), 1);
    accepted(&bulk(world, &[item(EMAIL, "markTOKEN", "Mark-Password2")]), 1);
    let changed = world.send(&change(&bearer, PASSWORD, "Mark-Password3").at("/rest/async/V1/customers/me/password"));
    accepted(&changed, 1);
    assert_eq!(world.count(TABLE), 3);
    let dump = world.dump();
    for mark in ["Mark-Password", "markTOKEN", PASSWORD] {
        assert!(!dump.contains(mark), "{mark}");
    }
    work_off(world);
    world.bearer("quick@example.com", "Mark-Password3");
});

both!(async_calls_of_a_signed_in_customer, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let later = MY_PASSWORD.replace("/rest/", "/rest/default/async/");
    assert_eq!(world.send(&change("wrong", PASSWORD, NEW_PASSWORD).at(&later)).status, 401, "asked at once");
    accepted(&world.send(&change(&bearer, PASSWORD, NEW_PASSWORD).at(&later)), 1);
    work_off(world);
    world.bearer(EMAIL, NEW_PASSWORD);
});

both!(async_questions_have_no_such_form, |world| {
    world.quick_alice();
    for path in ["/rest/async/V1/integration/customer/token", "/rest/async/V1/customers/isEmailAvailable"] {
        let answer = world.send(&Request::json("POST", path, "{}"));
        answer.refused(404, "Request does not match any route.");
    }
});

// Accepted by a server that then ends; done by the next one on the same database.
kinds!(async_survives_a_restart, |kind| {
    let mut world = World::start(kind, &[]);
    world.customer(&Customer { rp_token: Customer::default().rp_token, ..Customer::quick() });
    accepted(&world.send(&reset(EMAIL, TOKEN, NEW_PASSWORD).at(LATER)), 1);
    world.serve(&[]);
    assert_eq!(world.count(TABLE), 1);
    assert!(world.signs_in(1, PASSWORD));
    work_off(&world);
    world.bearer(EMAIL, NEW_PASSWORD);
});

// What a killed worker had in hand is due again when its lease is over.
both!(async_takes_up_what_a_killed_worker_left, |world| {
    world.customer(&Customer { rp_token: Customer::default().rp_token, ..Customer::quick() });
    accepted(&world.send(&reset(EMAIL, TOKEN, NEW_PASSWORD).at(LATER)), 1);
    let due = world.rows(TABLE)[0]["due_at"].clone().expect("a time");
    // As the claim of another process leaves it.
    let leased = chrono::NaiveDateTime::parse_from_str(&due, "%Y-%m-%d %H:%M:%S").expect("a time of ours");
    let leased = leased + chrono::TimeDelta::seconds(60);
    world.sql(&format!("UPDATE {TABLE} SET attempts = 1, due_at = '{}'", leased.format("%Y-%m-%d %H:%M:%S")));
    world.clock.advance(30);
    assert_eq!(world.count(TABLE), 1);
    world.clock.advance(60);
    work_off(world);
    world.bearer(EMAIL, NEW_PASSWORD);
});
