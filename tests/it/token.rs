//! Reset tokens: once, in time, exactly, and only their owner's.

use md5::{Digest, Md5};
use rekey::app::Clock;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::harness::process::configured;
use crate::harness::world::{PASSWORD_HASH, body, seal};
use crate::harness::{Customer, EMAIL, Kind, NEW_PASSWORD, PASSWORD, TOKEN, World, both};

pub const MISMATCHED: &str = "The password token is mismatched. Reset and try again.";
pub const EXPIRED: &str = "The password token is expired. Reset and try again.";
const REQUIRED: &str = "\"%fieldName\" is required. Enter and try again.";

/// Issues a token with the command line, logging all there is; answers the token and the log.
fn issue(world: &World) -> (String, String) {
    let output = configured(world)
        .args(["reset", "issue", "--email", EMAIL, "--json"])
        .env("RUST_LOG", "trace")
        .output()
        .expect("the binary runs");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{log}");
    world.clock.catch_up();
    let issued: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    (issued["token"].as_str().expect("a token").to_owned(), log)
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    rekey::domain::crypt_key::hex(bytes.as_ref())
}

/// All files of the database, for SQLite, as bytes that can be searched.
fn files(world: &World) -> Vec<u8> {
    let entries = std::fs::read_dir(world.folder()).expect("our folder").flatten();
    let database = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("rekey.db"));
    database.flat_map(|entry| std::fs::read(entry.path()).expect("our file")).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

both!(a019_token_unusable_from_a_dump, |world| {
    world.alice();
    let (token, log) = issue(world);
    let dump = world.dump();
    let bytes = files(world);
    assert!(dump.contains(EMAIL) && (world.kind() == Kind::MariaDb || holds(&bytes, EMAIL)));
    for secret in [token.clone(), hex(Sha256::digest(&token)), hex(Md5::digest(&token))] {
        assert!(!dump.contains(&secret) && !holds(&bytes, &secret) && !log.contains(&secret));
    }
    assert!(world.reset("", &token, NEW_PASSWORD).is_true(), "the issued token works, found by its digest");
});

both!(a020_used_twice, |world| {
    world.alice();
    assert!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).is_true());
    world.reset(EMAIL, TOKEN, "Another-Pass1").refused(400, MISMATCHED);
    assert!(world.signs_in(1, NEW_PASSWORD));
});

both!(a020_used_twice_without_email, |world| {
    world.alice();
    let (token, _) = issue(world);
    assert!(world.reset("", &token, NEW_PASSWORD).is_true());
    let again = world.reset("", &token, "Another-Pass1");
    assert!(again.status >= 400 && !again.body.contains("Another"), "{}", again.body);
    assert!(world.signs_in(1, NEW_PASSWORD));
    assert_eq!(world.count("rekey_password_reset"), 0);
});

/// Beside alice.
const BOB: &str = "bob@example.com";

fn alice_and_bob(world: &World) {
    world.without_limits();
    world.quick_alice();
    world.customer(&Customer { id: 2, email: BOB.into(), rp_token: None, ..Customer::quick() });
}

both!(spent_links_are_forgotten, |world| {
    alice_and_bob(world);
    let tokens = [EMAIL, BOB].map(|email| (email, world.forgotten(email).token()));
    assert_eq!(world.count("rekey_password_reset"), 2);
    for (email, token) in &tokens {
        assert!(world.reset(email, token, NEW_PASSWORD).is_true());
    }
    // Whether its row is still there or not, a spent link leads to nobody.
    for (_, token) in &tokens {
        assert!(world.reset("", token, "Another-Pass1").status >= 400);
    }
    world.wait_until("spent links are forgotten", || world.count("rekey_password_reset") == 0);
});

both!(a_new_link_outlives_the_one_spent_before_it, |world| {
    alice_and_bob(world);
    let (spent, bobs) = (world.forgotten(EMAIL).token(), world.forgotten(BOB).token());
    assert!(world.reset(EMAIL, &spent, NEW_PASSWORD).is_true());
    let new = world.forgotten(EMAIL).token();
    assert!(world.reset(BOB, &bobs, NEW_PASSWORD).is_true());
    world.wait_until("bob's link is forgotten", || world.count("rekey_password_reset") == 1);
    assert!(world.reset("", &new, "Another-Pass1").is_true());
});

both!(a021_expiry_by_the_second, |world| {
    for (age, lives) in [(7199, true), (7200, false), (7201, false), (0, true), (-1, false)] {
        world.clear();
        world.customer(&Customer { token_age: 0, ..Customer::default() });
        world.clock.advance(age);
        let answer = world.reset(EMAIL, TOKEN, NEW_PASSWORD);
        if lives {
            assert!(answer.is_true(), "{age}: {}", answer.body);
        } else {
            answer.refused(400, EXPIRED);
            assert_eq!(world.column(1, "password_hash").as_deref(), Some(PASSWORD_HASH), "{age}");
        }
    }
});

both!(a021_expiry_follows_the_setting, |world| {
    for (hours, age, lives) in [("1", 3599, true), ("1", 3600, false), ("24", 86_399, true), ("0", 0, false)] {
        world.clear();
        world.setting("default", 0, "customer/password/reset_link_expiration_period", hours);
        world.customer(&Customer { token_age: age, ..Customer::default() });
        assert_eq!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).is_true(), lives, "{hours} h, {age} s");
    }
});

both!(a022_only_the_holder_learns_that_it_expired, |world| {
    world.customer(&Customer { token_age: 8000, ..Customer::default() });
    world.customer(&Customer::other(2, "bob@example.com", None));
    world.reset(EMAIL, TOKEN, NEW_PASSWORD).refused(400, EXPIRED);
    world.reset(EMAIL, "wrong", NEW_PASSWORD).refused(400, MISMATCHED);
    world.reset("bob@example.com", TOKEN, NEW_PASSWORD).refused(400, MISMATCHED);
});

both!(a023_somebody_elses_token, |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", Some("tokenBBBB")));
    let before = world.dump();
    world.reset("bob@example.com", TOKEN, NEW_PASSWORD).refused(400, MISMATCHED);
    world.reset(EMAIL, "tokenBBBB", NEW_PASSWORD).refused(400, MISMATCHED);
    assert_eq!(world.dump(), before);
});

both!(a025_empty_or_falsy_token, |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", None));
    let before = world.dump();
    let required = |field: &str| json!({"message": REQUIRED, "parameters": {"fieldName": field}}).to_string();
    let cases = [
        (json!(""), required("resetPasswordLinkToken")),
        (json!("0"), required("resetPasswordLinkToken")),
        (json!(0), required("resetPasswordLinkToken")),
        (json!(false), required("resetPasswordLinkToken")),
        (json!(null), required("resetToken")),
        (json!(" "), json!({"message": MISMATCHED}).to_string()),
        (json!("\t"), json!({"message": MISMATCHED}).to_string()),
    ];
    for email in [EMAIL, "bob@example.com"] {
        for (token, expected) in &cases {
            let answer = world.post(body(&json!(email), token, &json!(NEW_PASSWORD)));
            assert_eq!((answer.status, &answer.body), (400, expected), "{email} {token}");
        }
        for token in [json!([]), json!({}), json!(["tokenAAAA"])] {
            assert_eq!(world.post(body(&json!(email), &token, &json!(NEW_PASSWORD))).status, 400, "{token}");
        }
    }
    assert_eq!(world.dump(), before);
});

both!(a026_nothing_pending, |world| {
    let stored =
        [None, Some(String::new()), Some(seal("")), Some(seal("0")), Some("NULL".into()), Some("tokenAAAA".into())];
    for (id, rp_token) in (1..).zip(stored) {
        world.customer(&Customer { id, email: format!("c{id}@example.com"), rp_token, ..Customer::default() });
    }
    let before = world.dump();
    for id in 1..=6 {
        for token in ["", "0", "NULL", "null", " ", "tokenAAAA", "\u{0}"] {
            let answer = world.reset(&format!("c{id}@example.com"), token, NEW_PASSWORD);
            assert_eq!(answer.status, 400, "customer {id}, {token:?}: {}", answer.body);
            let alone = world.reset("", token, NEW_PASSWORD);
            assert!((400..500).contains(&alone.status), "{token:?} alone: {} {}", alone.status, alone.body);
        }
    }
    assert_eq!(world.dump(), before);
});

both!(a027_almost_the_token, |world| {
    world.alice();
    let almost = [
        "tokenaaaa",
        "TOKENAAAA",
        "tokenAAA",
        "tokenAAAAx",
        "tokenAAAA ",
        " tokenAAAA",
        "tokenAAAA\0",
        "tokenAAA%",
        "t_kenAAAA",
    ];
    for token in almost {
        world.reset(EMAIL, token, NEW_PASSWORD).refused(400, MISMATCHED);
        let alone = world.reset("", token, NEW_PASSWORD);
        assert!((400..500).contains(&alone.status), "{token:?} alone: {} {}", alone.status, alone.body);
    }
    world.token_still_works();
});

both!(a028_lists_and_objects_for_texts, |world| {
    world.alice();
    let before = world.dump();
    for value in [json!([EMAIL, "evil@example.com"]), json!({"a": EMAIL}), json!([]), json!({}), json!([[1]])] {
        let right = [json!(EMAIL), json!(TOKEN), json!(NEW_PASSWORD)];
        for field in 0..3 {
            let mut fields = right.clone();
            fields[field] = value.clone();
            let answer = world.post(body(&fields[0], &fields[1], &fields[2]));
            assert_eq!(answer.status, 400, "{field} {value}: {}", answer.body);
            assert!(answer.message().contains("type is invalid"), "{}", answer.body);
        }
    }
    assert_eq!(world.dump(), before);
    assert!(world.signs_in(1, PASSWORD));
});

both!(a_sealed_token_is_found_the_moment_it_was_asked_for, &[("magento.settings_ttl", "1h")], |world| {
    world.alice();
    world.customer(&Customer::other(2, "bob@example.com", None));
    let sealed_by_php = |token: &str| {
        world.sql(&format!(
            "UPDATE customer_entity SET rp_token = '{}', rp_token_created_at = \
             (SELECT created_at FROM password_reset_request_event WHERE account_reference = 'bob@example.com' LIMIT 1) \
             WHERE entity_id = 2",
            seal(token)
        ));
    };
    // Everything is looked through once: what comes now was not there.
    assert_eq!(world.reset("", "nobodys", NEW_PASSWORD).status, 404);
    world.sql(&format!(
        "INSERT INTO password_reset_request_event (request_type, account_reference, created_at, ip) \
         VALUES (0, 'bob@example.com', '{}', '')",
        world.clock.now().format("%Y-%m-%d %H:%M:%S")
    ));
    sealed_by_php("first-of-bob");
    sealed_by_php("second-of-bob");
    assert_eq!(world.reset("", "first-of-bob", NEW_PASSWORD).status, 404, "it was replaced");
    assert!(world.reset("", "second-of-bob", NEW_PASSWORD).is_true());
    assert_eq!(world.reset("", "second-of-bob", NEW_PASSWORD).status, 404, "it was spent");
    world.token_still_works();
});
