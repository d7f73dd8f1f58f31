//! Asking for a reset link: which token works after it, who is written to, how often.

use serde_json::json;

use crate::harness::calls::{self, FORGOT, unknown};
use crate::harness::world::unseal;
use crate::harness::{Answer, CRYPT_KEY, Customer, EMAIL, NEW_PASSWORD, PASSWORD, Request, TOKEN, World, both, kinds};
use crate::identity::{LOOK_ALIKES, SAME, STORED};
use crate::token::{EXPIRED, MISMATCHED};

pub const TOO_MANY: &str =
    "We received too many requests for password resets. Please wait and try again later or contact %1.";

fn with_template(world: &World, template: &str) -> Answer {
    world.send(&Request::json("PUT", FORGOT, json!({"email": EMAIL, "template": template}).to_string()))
}

both!(a030_an_older_mails_token, |world| {
    world.quick_alice();
    world.without_limits();
    let older = world.forgotten(EMAIL).token();
    let newer = world.forgotten(EMAIL).token();
    world.reset(EMAIL, &older, NEW_PASSWORD).refused(400, MISMATCHED);
    assert_eq!(world.reset("", &older, NEW_PASSWORD).status, 404, "nor does it find anybody");
    assert!(world.reset(EMAIL, &newer, NEW_PASSWORD).is_true());
});

both!(a031_a_token_dies_with_a_password_change, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    let bearer = world.bearer(EMAIL, PASSWORD);
    assert!(world.change_password(&bearer, PASSWORD, NEW_PASSWORD).is_true());
    world.reset(EMAIL, &token, "Another-Pass1").refused(400, MISMATCHED);
    assert_eq!(world.reset("", &token, "Another-Pass1").status, 404);
    assert!(world.signs_in(1, NEW_PASSWORD));
});

both!(a031_a_token_dies_with_a_change_of_email, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    // What a PHP Magento on the same tables writes then.
    world.sql("UPDATE customer_entity SET email = 'new@example.com', rp_token = NULL, rp_token_created_at = NULL");
    world.reset("new@example.com", &token, NEW_PASSWORD).refused(400, MISMATCHED);
    for email in [EMAIL, ""] {
        assert_eq!(world.reset(email, &token, NEW_PASSWORD).status, 404, "{email:?}");
    }
    assert!(world.signs_in(1, PASSWORD));
});

both!(a035_a_bad_template_spends_nothing, |world| {
    world.quick_alice();
    world.without_limits();
    let token = world.forgotten(EMAIL).token();
    for template in ["nope", "", "EMAIL_RESET", "email_reset ", "0"] {
        let answer = with_template(world, template);
        assert_eq!((answer.status, &answer.json()["parameters"]["value"]), (400, &json!(template)));
    }
    assert_eq!(world.mails().len(), 0);
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
});

both!(a035_both_templates_send_a_mail, |world| {
    world.quick_alice();
    world.without_limits();
    for template in ["email_reset", "email_reminder"] {
        assert!(with_template(world, template).is_true());
        let mails = world.mails();
        assert_eq!(mails.len(), 1, "{template}");
        assert_eq!(unseal(&world.column(1, "rp_token").expect("a token")), mails[0].token(), "{template}");
    }
});

both!(a_mailed_token_expires, |world| {
    world.quick_alice();
    let token = world.forgotten(EMAIL).token();
    world.clock.advance(7200);
    world.reset(EMAIL, &token, NEW_PASSWORD).refused(400, EXPIRED);
});

kinds!(a036_keys_are_rotated, |kind| {
    const NEWER: &str = "ffffffffffffffffffffffffffffffff";
    let mut world = World::start(kind, &[]);
    world.quick_alice();
    world.without_limits();
    let token = world.forgotten(EMAIL).token();
    let bearer = world.bearer(EMAIL, PASSWORD);
    let both = format!("{CRYPT_KEY} {NEWER}");
    world.serve(&[("magento.crypt_key", &both)]);
    assert!(world.check_link("1", &token).is_true(), "a token of the older key");
    assert_eq!(world.me(&bearer).status, 401, "Magento signs bearer tokens with the newest key alone");
    assert!(world.reset("", &token, NEW_PASSWORD).is_true(), "found by a digest of the older key");
    let newer = world.forgotten(EMAIL).token();
    world.serve(&[]);
    world.reset(EMAIL, &newer, NEW_PASSWORD).refused(400, MISMATCHED);
    assert_eq!(world.reset("", &newer, NEW_PASSWORD).status, 404, "a key that is gone opens nothing");
    world.serve(&[("magento.crypt_key", &both)]);
    assert!(world.reset(EMAIL, &newer, NEW_PASSWORD).is_true());
});

both!(a037_a_look_alike_gets_no_mail, |world| {
    world.without_limits();
    for (stored, sent) in LOOK_ALIKES {
        world.sql("DELETE FROM customer_entity");
        world.customer(&Customer { email: (*stored).into(), ..Customer::quick() });
        let answer = world.forgot(sent);
        assert_eq!((answer.status, answer.json()), (404, unknown(sent, &json!("1"))), "{stored}");
    }
    assert_eq!(world.mails().len(), 0);
});

both!(a037_mail_goes_to_the_stored_address, |world| {
    world.without_limits();
    for (stored, sent) in SAME {
        world.sql("DELETE FROM customer_entity");
        world.customer(&Customer { email: (*stored).into(), ..Customer::quick() });
        let mail = world.forgotten(sent);
        // Shown as Magento's mailer writes it; delivered to the stored address (`mail::compose`).
        let (local, domain) = stored.split_once('@').expect("an email");
        assert!(mail.to.contains(&format!("<{}@{domain}>", local.to_lowercase())), "{stored} {sent}: {}", mail.to);
        assert_eq!(mail.parameter("email").as_deref(), Some(*stored));
    }
});

/// Whether each of the calls that take an email knows it: forgot, reset, sign-in, availability, creation.
fn known_to(world: &World, sent: &str) -> [bool; 5] {
    let available = Request::json("POST", calls::IS_AVAILABLE, json!({"customerEmail": sent}).to_string());
    let created = world.create(sent, PASSWORD);
    let taken = created.status == 400 && created.message().starts_with("A customer with the same email");
    [
        world.forgot(sent).status == 200,
        world.reset(sent, "wrong", NEW_PASSWORD).status == 400,
        world.sign_in(sent, PASSWORD).status == 200,
        world.send(&available).body == "false",
        taken,
    ]
}

fn only(world: &World, email: &str) {
    world.sql("DELETE FROM customer_entity; DELETE FROM oauth_token_request_log");
    world.customer(&Customer { email: email.into(), ..Customer::quick() });
}

both!(a038_every_call_knows_the_same_emails, |world| {
    world.without_limits();
    world.setting("default", 0, "checkout/options/enable_guest_checkout_login", "1");
    for (stored, sent) in SAME {
        only(world, stored);
        let known = known_to(world, sent);
        // With blanks at its end an email is known, but nobody can register with one.
        let expected = [true, true, true, true, !sent.ends_with(' ')];
        assert_eq!(known, expected, "{stored} {sent:?}");
    }
});

both!(a037_every_call_takes_a_look_alike_for_a_stranger, |world| {
    world.without_limits();
    world.setting("default", 0, "checkout/options/enable_guest_checkout_login", "1");
    for (stored, sent) in LOOK_ALIKES {
        only(world, stored);
        let [forgot, reset, sign_in, available, _] = known_to(world, sent);
        let created = world.count("customer_entity") > 1;
        // Who has just registered with it is known by it, and never as the other one.
        assert!(!sign_in || created, "{stored} {sent:?}");
        assert!((!forgot && !reset && !available) || created, "{stored} {sent:?}");
        assert!(world.column(1, "rp_token").is_none(), "{stored} {sent:?}");
    }
});

both!(a040_white_space_around_an_email_on_every_call, |world| {
    world.without_limits();
    world.setting("default", 0, "checkout/options/enable_guest_checkout_login", "1");
    for sent in [" admin@x.com", "admin@x.com\t", "admin@x.com\u{a0}", "\tadmin@x.com", "admin@x.com\r\n"] {
        only(world, STORED);
        assert_eq!(known_to(world, sent), [false; 5], "{sent:?}");
        assert_eq!(world.forgot(sent).json()["parameters"]["fieldValue"], json!(sent), "echoed unchanged");
    }
    only(world, STORED);
    assert_eq!(known_to(world, "admin@x.com  ")[..4], [true; 4]);
});

both!(a043_international_domains, |world| {
    world.without_limits();
    let (unicode, ascii) = ("user@b\u{fc}cher.example", "user@xn--bcher-kva.example");
    for (stored, other) in [(unicode, ascii), (ascii, unicode)] {
        only(world, stored);
        assert_eq!(world.forgot(other).status, 404, "one is not the other");
        let mail = world.forgotten(stored);
        assert!(mail.raw.contains(ascii), "the envelope is in ASCII: {}", mail.raw);
        assert!(world.reset(stored, &mail.token(), NEW_PASSWORD).is_true());
    }
});

both!(a044_no_header_is_injected, |world| {
    world.without_limits();
    for (email, name) in [
        ("a@x.com\r\nBcc: evil@y.example", "Eve"),
        ("a@x.com", "Eve\r\nBcc: evil@y.example"),
        ("a@x.com", "Eve\nSubject: evil"),
    ] {
        let customer = json!({"email": email, "firstname": name, "lastname": "Jones"});
        let body = json!({"customer": customer, "password": PASSWORD}).to_string();
        assert_eq!(world.send(&Request::json("POST", calls::CUSTOMERS, body)).status, 400, "{email:?} {name:?}");
    }
    // Whoever wrote such a row: it is one mail to one address.
    world.customer(&Customer { first_name: "Eve\r\nBcc: evil@y.example\r\n\r\nHello".into(), ..Customer::quick() });
    let mail = world.forgotten(EMAIL);
    let headers = mail.raw.split("\r\n\r\n").next().unwrap_or_default();
    let injected = |line: &str| line.to_lowercase().starts_with("bcc") || line.starts_with("Hello");
    assert!(!headers.lines().any(injected), "{headers}");
    assert!(mail.to.contains(EMAIL));
});

both!(a041_injection_through_forgot, |world| {
    world.without_limits();
    world.quick_alice();
    for text in ["' OR 1=1 -- ", "%@example.com", "_lice@example.com", "\\", "'; DELETE FROM customer_entity; --"] {
        assert_eq!(world.forgot(text).status, 404, "{text}");
        assert_eq!(with_template(world, text).status, 400, "{text}");
        assert_eq!(world.sign_in(text, PASSWORD).status, 401, "{text}");
    }
    assert_eq!((world.count("customer_entity"), world.mails().len()), (1, 0));
});

both!(a_seeded_token_is_replaced, |world| {
    world.alice();
    let token = world.forgotten(EMAIL).token();
    world.reset(EMAIL, TOKEN, NEW_PASSWORD).refused(400, MISMATCHED);
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
});

both!(dates_that_are_none_hold_nobody_up, |world| {
    world.alice();
    let zero = "'0000-00-00 00:00:00'";
    world.sql(&format!(
        "UPDATE customer_entity SET created_at = {zero}, updated_at = {zero}, rp_token_created_at = {zero}, \
         first_failure = {zero}, lock_expires = '2024-00-01 00:00:00', dob = '2001-00-00'"
    ));
    world.reset(EMAIL, TOKEN, NEW_PASSWORD).refused(400, EXPIRED);
    let token = world.forgotten(EMAIL).token();
    assert!(world.reset(EMAIL, &token, NEW_PASSWORD).is_true());
    let bearer = world.bearer(EMAIL, NEW_PASSWORD);
    let me = world.me(&bearer).json();
    assert_eq!((&me["email"], &me["dob"]), (&json!(EMAIL), &json!(null)));
});
