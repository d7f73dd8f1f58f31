//! Two calls on one customer at the same moment: whatever the order, one of the two orders.

use crate::harness::calls::{self, forgot, reset};
use crate::harness::world::{seal, unseal};
use crate::harness::{Answer, Customer, EMAIL, NEW_PASSWORD, PASSWORD, TOKEN, World, both};
use crate::token::MISMATCHED;

const ROOM: &[(&str, &str)] = &[("http.workers", "2"), ("database.threads", "8"), ("password.threads", "2")];

/// The usual customer anew, with its token.
fn anew(world: &World, quick: &Customer) {
    world.sql("DELETE FROM rekey_password_reset; DELETE FROM customer_entity");
    world.customer(&Customer { rp_token: Some(seal(TOKEN)), ..quick.clone() });
}

both!(a003_reset_races_forgot, super::ROOM, |world| {
    world.without_limits();
    let quick = Customer::quick();
    for _ in 0..60 {
        anew(world, &quick);
        let answers = world.together(&[reset(EMAIL, TOKEN, NEW_PASSWORD), forgot(EMAIL)]);
        assert!(answers[1].is_true(), "{}", answers[1].body);
        if !answers[0].is_true() {
            answers[0].refused(400, MISMATCHED);
        }
        assert_eq!(world.signs_in(1, NEW_PASSWORD), answers[0].is_true(), "a reset that is acknowledged happened");
        let mails = world.mails();
        assert_eq!(mails.len(), 1);
        world.reset(EMAIL, TOKEN, "Another-Pass1").refused(400, MISMATCHED);
        assert!(world.reset("", &mails[0].token(), "Another-Pass1").is_true(), "the mailed token works");
    }
});

both!(a004_reset_races_change, super::ROOM, |world| {
    let quick = Customer::quick();
    anew(world, &quick);
    let bearer = world.bearer(EMAIL, PASSWORD);
    for _ in 0..60 {
        anew(world, &quick);
        let requests = [reset(EMAIL, TOKEN, NEW_PASSWORD), calls::change(&bearer, PASSWORD, "Changed-Pass1")];
        let answers = world.together(&requests);
        // Each of the two spoils the other: one wins.
        assert_ne!(answers[0].is_true(), answers[1].is_true(), "{} {}", answers[0].body, answers[1].body);
        let winner = if answers[0].is_true() { NEW_PASSWORD } else { "Changed-Pass1" };
        assert!(world.signs_in(1, winner));
        world.reset(EMAIL, TOKEN, "Another-Pass1").refused(400, MISMATCHED);
        assert_eq!(world.column(1, "rp_token"), None);
    }
});

/// What a Magento beside us does to the row between our reading and our writing.
fn meanwhile(world: &World, sql: &str, judge: impl Fn(&Answer)) {
    let quick = Customer::quick();
    for round in 0..40 {
        anew(world, &quick);
        let answer = std::thread::scope(|scope| {
            let sent = scope.spawn(|| world.reset(EMAIL, TOKEN, NEW_PASSWORD));
            std::thread::sleep(std::time::Duration::from_micros(round * 250));
            world.sql(sql);
            sent.join().expect("a hand")
        });
        assert!(answer.is_true() || answer.status == 400 || answer.status == 404, "{} {}", answer.status, answer.body);
        judge(&answer);
    }
}

both!(a005_reset_races_deletion, super::ROOM, |world| {
    meanwhile(world, "DELETE FROM customer_entity", |_| {
        assert_eq!(world.count("customer_entity"), 0, "nobody is resurrected");
    });
    assert_eq!(world.count("rekey_password_reset"), 0);
});

both!(a005_reset_races_a_change_of_email, super::ROOM, |world| {
    let sql = "UPDATE customer_entity SET email = 'new@example.com', rp_token = NULL, rp_token_created_at = NULL";
    meanwhile(world, sql, |answer| {
        assert_eq!(world.column(1, "email").as_deref(), Some("new@example.com"));
        assert_eq!(world.column(1, "rp_token"), None);
        assert_eq!(world.signs_in(1, NEW_PASSWORD), answer.is_true());
    });
});

both!(a005_forgot_races_deletion, super::ROOM, |world| {
    world.without_limits();
    for _ in 0..20 {
        anew(world, &Customer::quick());
        std::thread::scope(|scope| {
            let sent = scope.spawn(|| world.forgot(EMAIL));
            world.sql("DELETE FROM customer_entity");
            let answer = sent.join().expect("a hand");
            assert!(answer.is_true() || answer.status == 404, "{} {}", answer.status, answer.body);
        });
        assert_eq!(world.count("customer_entity"), 0);
    }
});

both!(a006_50_forgots_at_once, super::ROOM, |world| {
    world.without_limits();
    world.quick_alice();
    let answers = world.together(&vec![forgot(EMAIL); 50]);
    assert!(answers.iter().all(Answer::is_true), "{answers:?}");
    let mut tokens: Vec<String> = world.mails().iter().map(crate::harness::mails::Mail::token).collect();
    assert_eq!(tokens.len(), 50);
    assert_eq!(world.count("rekey_password_reset"), 1);
    let newest = tokens.pop().expect("fifty");
    assert_eq!(unseal(&world.column(1, "rp_token").expect("a token")), newest, "the last mail has the live token");
    for token in tokens {
        world.reset(EMAIL, &token, NEW_PASSWORD).refused(400, MISMATCHED);
    }
    assert!(world.reset(EMAIL, &newest, NEW_PASSWORD).is_true());
});

both!(a081_50_forgots_at_once_under_the_limit, super::ROOM, |world| {
    world.quick_alice();
    let answers = world.together(&vec![forgot(EMAIL); 50]);
    for answer in answers.iter().filter(|answer| !answer.is_true()) {
        answer.refused(400, crate::forgot::TOO_MANY);
    }
    // Magento reads before it writes, too: simultaneous requests may pass together, never all for ever.
    let passed = answers.iter().filter(|answer| answer.is_true()).count();
    assert_eq!(world.mails().len(), passed);
    assert!(passed >= 1);
    world.forgot(EMAIL).refused(400, crate::forgot::TOO_MANY);
});
