//! Signing in and changing a password: what counts of a password, what locks, what lifts the lock.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rekey::domain::crypt_key::hex;
use rekey::hashing::Door;
use secrecy::SecretString;
use serde_json::json;

use crate::harness::calls::{CUSTOMERS, SIGN_IN, SIGN_IN_FAILED, sign_in};
use crate::harness::world::{PASSWORD_HASH, body};
use crate::harness::{CRYPT_KEY, Customer, EMAIL, NEW_PASSWORD, PASSWORD, RESET, Request, World, both, wait};

pub const WRONG_PASSWORD: &str = "The password doesn't match this account. Verify the password and try again.";

#[track_caller]
fn refused(world: &World, email: &str, password: &str) {
    world.sign_in(email, password).refused(401, SIGN_IN_FAILED);
}

/// Sets this password through a mailed link.
fn set(world: &World, password: &str) {
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, password).is_true(), "{password:?}");
}

/// Room for as many failures as a table has.
fn without_throttle(world: &World) {
    world.setting("default", 0, "oauth/authentication_lock/max_failures_count", "1000000");
    world.setting("default", 0, "customer/password/lockout_failures", "0");
}

both!(a064_all_bytes_count_at_sign_in, |world| {
    world.quick_alice();
    world.without_limits();
    without_throttle(world);
    for length in [71, 72, 73, 255, 256] {
        let stem = format!("X1!{}", "a".repeat(length - 4));
        set(world, &format!("{stem}Z"));
        world.bearer(EMAIL, &format!("{stem}Z"));
        refused(world, EMAIL, &format!("{stem}Y"));
        refused(world, EMAIL, &stem);
        refused(world, EMAIL, &format!("{stem}Zb"));
    }
    set(world, &format!("{}X1!", "a".repeat(72)));
    refused(world, EMAIL, &format!("{}Y2?", "a".repeat(72)));
});

both!(a065_nul_at_sign_in, |world| {
    world.quick_alice();
    set(world, "Secret1!\0suffix");
    refused(world, EMAIL, "Secret1!");
    refused(world, EMAIL, "Secret1!\0other");
    world.bearer(EMAIL, "Secret1!\0suffix");
});

both!(a067_a_megabyte_at_sign_in, |world| {
    world.alice();
    without_throttle(world);
    let huge = "Aa1!".repeat(250_000);
    let barrier = Barrier::new(50);
    std::thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                barrier.wait();
                refused(world, EMAIL, &huge);
                refused(world, &huge, PASSWORD);
            });
        }
    });
    world.bearer(EMAIL, PASSWORD);
});

both!(a076_hashes_of_every_age_at_sign_in, |world| {
    use md5::Digest;
    without_throttle(world);
    let salt = "abcdefghijklmnopqrstuvwxyzABCDEF";
    let salted = format!("{salt}{PASSWORD}");
    let good = [
        "3ba2a8bd5433436ae48f5ac851ab2a948cce0afbca1ad1827d178196f93fe9cf:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0:1".into(),
        format!("{}:{salt}:0", hex(&md5::Md5::digest(&salted))),
        format!("{}:{salt}:1", hex(&sha2::Sha256::digest(&salted))),
        hex(&rekey::domain::crypt_key::mac(CRYPT_KEY.as_bytes(), PASSWORD.as_bytes())),
        PASSWORD_HASH.replace(":3_32_2_67108864", ":2"),
        PASSWORD_HASH.into(),
    ];
    for stored in good {
        world.sql("DELETE FROM customer_entity");
        world.customer(&Customer { password_hash: Some(stored.clone()), ..Customer::default() });
        world.bearer(EMAIL, PASSWORD);
        refused(world, EMAIL, "Password123");
        let token = world.bearer(EMAIL, PASSWORD);
        assert!(world.change_password(&token, PASSWORD, NEW_PASSWORD).is_true(), "{stored}");
        world.bearer(EMAIL, NEW_PASSWORD);
    }
    for stored in [None, Some(""), Some("x"), Some("a:b"), Some("a:b:9"), Some("$2b$04$x"), Some(":::::")] {
        world.sql("DELETE FROM customer_entity");
        world.customer(&Customer { password_hash: stored.map(str::to_owned), ..Customer::default() });
        refused(world, EMAIL, PASSWORD);
        refused(world, EMAIL, "x");
    }
});

/// How many computations the hashing threads took for Magento's door.
fn computations(world: &World) -> u64 {
    let metrics = world.send(&Request::new("GET", "/metrics")).body;
    let line =
        metrics.lines().find_map(|line| line.strip_prefix("rekey_hashing_wait_seconds_count{door=\"magento\"} "));
    line.map_or(0, |count| count.parse().expect("a number"))
}

both!(a078_everybody_costs_a_hash, |world| {
    without_throttle(world);
    let other = |id, email: &str| Customer { id, email: email.into(), ..Customer::quick() };
    world.customer(&other(1, "wrong@example.com"));
    world.customer(&Customer { lock_expires: Some(600), ..other(2, "locked@example.com") });
    world.customer(&Customer { password_hash: None, ..other(3, "guest@example.com") });
    let long = "Aa1!".repeat(1000);
    let all = [
        ("wrong@example.com", "wrong"),
        ("unknown@example.com", "wrong"),
        ("locked@example.com", PASSWORD),
        ("guest@example.com", "wrong"),
        ("wrong@example.com", &long),
        ("unknown@example.com", &long),
    ];
    for (email, password) in all {
        let before = computations(world);
        refused(world, email, password);
        assert_eq!(computations(world), before + 1, "{email}");
    }
});

/// Keeps the one hashing thread and the line of one before it full until it is told to end.
fn hash_without_pause(world: &World, ended: &AtomicBool) {
    let slow = bcrypt::hash(PASSWORD, 10).expect("bcrypt hashes");
    while !ended.load(Ordering::Relaxed) {
        let hasher = &world.server().app.hasher;
        let wrong = SecretString::from("wrong".to_owned());
        let verified = hasher.admit(Door::Magento).and_then(|place| wait(hasher.verify(place, slow.clone(), wrong)));
        if verified.is_err() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

both!(beyond_capacity_calls_are_turned_away, &[("password.queue", "1"), ("password.threads", "1")], |world| {
    without_throttle(world);
    world.alice();
    let signing_in = Request::json("POST", SIGN_IN, json!({"username": EMAIL, "password": PASSWORD}).to_string());
    let reset = Request::json("POST", RESET, body(&json!(EMAIL), &json!("wrong"), &json!(NEW_PASSWORD)));
    let customer = json!({"email": "new@example.com", "firstname": "A", "lastname": "B"});
    let account = json!({"customer": customer, "password": PASSWORD}).to_string();
    let account = Request::json("POST", CUSTOMERS, account);
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        (0..4).for_each(|_| drop(scope.spawn(|| hash_without_pause(world, &ended))));
        let _end = End(&ended);
        for call in [signing_in, reset, account] {
            world.wait_until("the call is turned away", || {
                let answer = world.send(&call);
                let turned_away = answer.status == 503;
                if turned_away {
                    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
                    assert!(answer.json()["message"].is_string(), "in the door's own form: {}", answer.body);
                }
                turned_away
            });
        }
    });
    // Nothing was lost by being turned away.
    world.token_still_works();
});

/// Ends the load also when an assertion fails: the scope waits for its threads.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

both!(a078_everybody_is_told_the_same, |world| {
    world.quick_alice();
    world.customer(&Customer { id: 2, email: "off@example.com".into(), lock_expires: Some(600), ..Customer::quick() });
    let answers = [(EMAIL, "wrong"), ("nobody@example.com", "wrong"), ("off@example.com", PASSWORD)].map(|(e, p)| {
        let answer = world.sign_in(e, p);
        let mut headers = answer.headers.clone();
        headers.retain(|(name, _)| name != "date" && name != "x-request-id");
        (answer.status, answer.body, headers)
    });
    assert!(answers[0].0 == 401 && answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
});

both!(a082_forgot_floods_lock_nobody_out, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    for _ in 0..50 {
        assert_eq!(world.forgot(EMAIL).status, 400);
    }
    world.bearer(EMAIL, PASSWORD);
    assert!(world.check_link("1", &token).is_true());
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
});

both!(a082_a_lock_ends_by_itself_and_spares_the_token, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    for _ in 0..20 {
        refused(world, EMAIL, "wrong");
    }
    refused(world, EMAIL, PASSWORD);
    world.sign_in("bob@example.com", "wrong").refused(401, SIGN_IN_FAILED);
    assert!(world.check_link("1", &token).is_true());
    // The throttle of the name lasts half an hour, the lock of the account ten minutes.
    world.clock.advance(1799);
    refused(world, EMAIL, PASSWORD);
    world.clock.advance(2);
    world.bearer(EMAIL, PASSWORD);
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
});

both!(a083_a_reset_lifts_the_lock, |world| {
    world.quick_alice();
    world.setting("default", 0, "customer/password/lockout_failures", "6");
    let token = world.forgotten(EMAIL).token();
    for _ in 0..6 {
        refused(world, EMAIL, "wrong");
    }
    assert!(world.column(1, "lock_expires").is_some());
    refused(world, EMAIL, PASSWORD);
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    assert_eq!(world.count("oauth_token_request_log"), 0, "Magento leaves its throttle standing");
    assert_eq!(world.column(1, "lock_expires"), None);
    world.bearer(EMAIL, NEW_PASSWORD);
});

both!(a084_wrong_current_passwords_lock, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    for _ in 0..10 {
        world.change_password(&bearer, "wrong", NEW_PASSWORD).refused(401, WRONG_PASSWORD);
    }
    for _ in 0..2 {
        world.change_password(&bearer, "wrong", NEW_PASSWORD).refused(401, "The account is locked.");
    }
    refused(world, EMAIL, PASSWORD);
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    world.bearer(EMAIL, NEW_PASSWORD);
});

both!(a084_the_lock_ends_by_itself, |world| {
    world.quick_alice();
    let bearer = world.bearer(EMAIL, PASSWORD);
    for _ in 0..10 {
        world.change_password(&bearer, "wrong", NEW_PASSWORD).refused(401, WRONG_PASSWORD);
    }
    world.clock.advance(599);
    refused(world, EMAIL, PASSWORD);
    world.clock.advance(2);
    world.bearer(EMAIL, PASSWORD);
    assert_eq!(world.column(1, "failures_num").as_deref(), Some("0"));
});

both!(a084_no_failure_is_lost, &[("database.threads", "8"), ("http.workers", "2")], |world| {
    world.quick_alice();
    world.setting("default", 0, "customer/password/lockout_failures", "1000");
    world.setting("default", 0, "oauth/authentication_lock/max_failures_count", "1000");
    let bearer = world.bearer(EMAIL, PASSWORD);
    let barrier = Barrier::new(50);
    std::thread::scope(|scope| {
        for hand in 0..50 {
            let (barrier, bearer) = (&barrier, &bearer);
            scope.spawn(move || {
                barrier.wait();
                let answer = if hand % 2 == 0 {
                    world.change_password(bearer, "wrong", NEW_PASSWORD)
                } else {
                    sign_in(EMAIL, "wrong").send(world.server().address)
                };
                assert_eq!(answer.status, 401, "{}", answer.body);
            });
        }
    });
    assert_eq!(world.column(1, "failures_num").as_deref(), Some("50"));
    assert_eq!(world.rows("oauth_token_request_log")[0]["failures_count"].as_deref(), Some("25"));
});
