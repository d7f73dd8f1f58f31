//! How often a reset link may be asked for: Magento 2.4.8's limits.

use serde_json::json;

use crate::forgot::TOO_MANY;
use crate::harness::calls::forgot;
use crate::harness::{Answer, EMAIL, NEW_PASSWORD, World, both, kinds};

const PROXY: &[(&str, &str)] = &[("http.trusted_proxies", "127.0.0.1")];

fn from(world: &World, email: &str, address: &str) -> Answer {
    world.send(&forgot(email).with("X-Forwarded-For", address))
}

fn setting(world: &World, name: &str, value: &str) {
    world.setting("default", 0, &format!("customer/password/{name}"), value);
}

both!(a081_one_email_from_100_addresses, super::PROXY, |world| {
    world.quick_alice();
    for n in 0..100 {
        let answer = from(world, EMAIL, &format!("10.0.0.{n}"));
        if n == 0 {
            assert!(answer.is_true());
        } else {
            answer.refused(400, TOO_MANY);
            assert_eq!(answer.json()["parameters"], json!(["hello@example.com"]));
        }
    }
    assert_eq!(world.mails().len(), 1);
    assert_eq!(world.count("password_reset_request_event"), 1, "refused ones do not count");
});

both!(a081_five_in_an_hour_ten_minutes_apart, |world| {
    world.quick_alice();
    for _ in 0..5 {
        assert!(world.forgot(EMAIL).is_true());
        world.clock.advance(599);
        world.forgot(EMAIL).refused(400, TOO_MANY);
        world.clock.advance(1);
    }
    world.forgot(EMAIL).refused(400, TOO_MANY);
    world.clock.advance(601);
    assert!(world.forgot(EMAIL).is_true(), "the first is an hour ago");
    assert_eq!(world.mails().len(), 6);
});

both!(a081_unknown_emails_count_the_same, |world| {
    assert_eq!(world.forgot("nobody@example.com").status, 404);
    world.forgot("nobody@example.com").refused(400, TOO_MANY);
    world.forgot("NOBODY@example.com").refused(400, TOO_MANY);
});

both!(a081_the_four_kinds_of_protection, super::PROXY, |world| {
    world.quick_alice();
    // Of the same email from elsewhere, of another email from the same address: which is one too many?
    for (kind, same_email, same_address) in
        [("0", false, false), ("1", true, true), ("2", false, true), ("3", true, false)]
    {
        world.sql("DELETE FROM password_reset_request_event");
        setting(world, "password_reset_protection_type", kind);
        assert!(from(world, EMAIL, "10.0.0.1").is_true());
        assert_eq!(from(world, EMAIL, "10.0.0.2").status == 400, same_email, "{kind}");
        world.sql("DELETE FROM password_reset_request_event");
        assert!(from(world, EMAIL, "10.0.0.1").is_true());
        assert_eq!(from(world, "other@example.com", "10.0.0.1").status == 400, same_address, "{kind}");
    }
});

both!(a081_limits_follow_the_settings, |world| {
    world.quick_alice();
    setting(world, "min_time_between_password_reset_requests", "0");
    setting(world, "max_number_password_reset_requests", "2");
    world.setting("default", 0, "contact/email/recipient_email", "help@shop.example");
    assert!(world.forgot(EMAIL).is_true() && world.forgot(EMAIL).is_true());
    let answer = world.forgot(EMAIL);
    answer.refused(400, TOO_MANY);
    assert_eq!(answer.json()["parameters"], json!(["help@shop.example"]));
    setting(world, "max_number_password_reset_requests", "0");
    assert!(world.forgot(EMAIL).is_true());
});

both!(a082_the_limit_spares_the_pending_link, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    for _ in 0..20 {
        world.forgot(EMAIL).refused(400, TOO_MANY);
    }
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
});

// Kept in the database: a restart forgets nothing, and nothing grows in memory.
kinds!(a086_limits_survive_a_restart, |kind| {
    let mut world = World::start(kind, &[]);
    world.quick_alice();
    assert!(world.forgot(EMAIL).is_true());
    world.serve(&[]);
    world.forgot(EMAIL).refused(400, TOO_MANY);
    world.clock.advance(600);
    assert!(world.forgot(EMAIL).is_true());
});

both!(a086_many_earlier_requests, super::PROXY, |world| {
    world.quick_alice();
    let row = |n: usize| format!("(0, 'c{n}@example.com', '2020-01-01 00:00:00', '10.{}.{}.1')", n / 256, n % 256);
    for chunk in 0..20 {
        let rows: Vec<String> = (chunk * 1000..(chunk + 1) * 1000).map(row).collect();
        let into = "INSERT INTO password_reset_request_event (request_type, account_reference, created_at, ip) VALUES";
        world.sql(&format!("{into} {}", rows.join(", ")));
    }
    assert!(from(world, EMAIL, "10.0.7.1").is_true(), "what is long ago does not count");
    from(world, EMAIL, "10.0.8.1").refused(400, TOO_MANY);
    assert_eq!(from(world, "c9@example.com", "10.0.9.1").status, 404);
    from(world, "c9@example.com", "10.0.10.1").refused(400, TOO_MANY);
});
