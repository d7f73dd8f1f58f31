//! Whose email it is: our own rule, never the collation's.

use rekey::domain::email::Email;
use rekey::service::{customers, shop};
use secrecy::SecretString;
use serde_json::json;

use crate::harness::world::body;
use crate::harness::{Customer, EMAIL, NEW_PASSWORD, PASSWORD, Request, TOKEN, World, both, wait};

pub const STORED: &str = "admin@x.com";

/// What some collation takes for [`STORED`] or its neighbours: stored, sent.
pub const LOOK_ALIKES: &[(&str, &str)] = &[
    (STORED, "ádmin@x.com"),
    (STORED, "àdmin@x.com"),
    (STORED, "ädmin@x.com"),
    (STORED, "admın@x.com"),
    (STORED, "ADMİN@x.com"),
    (STORED, "ADMIN@X.COM\u{301}"),
    (STORED, "\u{ff41}dmin@x.com"),
    (STORED, "\u{1d41a}dmin@x.com"),
    (STORED, "аdmin@x.com"),
    (STORED, "ad\u{200b}min@x.com"),
    (STORED, "ad\u{ad}min@x.com"),
    (STORED, "\u{200f}admin@x.com"),
    (STORED, "\u{feff}admin@x.com"),
    (STORED, "admin@x.com\0"),
    (STORED, "admin\0@x.com"),
    (STORED, " admin@x.com"),
    (STORED, "admin @x.com"),
    (STORED, "admin@x.com\t"),
    (STORED, "admin@x.com\n"),
    (STORED, "admin@x.com\u{a0}"),
    (STORED, "admin@x.com\u{3000}"),
    (STORED, "admin@x。com"),
    (STORED, "admin@x.co"),
    (STORED, "admin@x.com."),
    ("kelly@x.com", "\u{212a}elly@x.com"),
    ("sam@x.com", "\u{17f}am@x.com"),
    ("strase@x.com", "straße@x.com"),
    ("strasse@x.com", "straße@x.com"),
    ("office@x.com", "o\u{fb03}ce@x.com"),
    ("aether@x.com", "æther@x.com"),
    ("über@x.com", "ÜBER@x.com"),
    ("über@x.com", "u\u{308}ber@x.com"),
    ("oe@x.com", "œ@x.com"),
];

/// The same customer: stored, sent.
pub const SAME: &[(&str, &str)] = &[
    (STORED, STORED),
    (STORED, "ADMIN@X.COM"),
    (STORED, "Admin@x.Com"),
    (STORED, "admin@x.com "),
    (STORED, "admin@x.com   "),
    ("Admin@X.com", STORED),
    ("über@x.com", "über@X.COM"),
];

fn reset_as(world: &World, stored: &str, sent: &str) -> u16 {
    world.clear();
    world.customer(&Customer { email: stored.into(), ..Customer::default() });
    let answer = world.reset(sent, TOKEN, NEW_PASSWORD);
    assert_eq!(answer.is_true(), world.signs_in(1, NEW_PASSWORD), "{stored} {sent:?}: {}", answer.body);
    answer.status
}

pub fn look_alikes_are_strangers(world: &World) {
    for (stored, sent) in LOOK_ALIKES {
        assert_eq!(reset_as(world, stored, sent), 404, "{stored} {sent:?}");
    }
}

both!(a037_look_alikes_are_strangers, |world| {
    look_alikes_are_strangers(world);
});

both!(a038_equality_is_ascii_case_and_trailing_spaces, |world| {
    for (stored, sent) in SAME {
        assert_eq!(reset_as(world, stored, sent), 200, "{stored} {sent:?}");
    }
});

both!(a039_a_look_alike_may_register_only_as_a_stranger, |world| {
    world.customer(&Customer { email: STORED.into(), ..Customer::default() });
    for (_, email) in LOOK_ALIKES.iter().filter(|(stored, sent)| *stored == STORED && !sent.contains('\0')) {
        let app = &world.server().app;
        let added = wait(async {
            let shop = shop::current(app).await?;
            let add = customers::Add {
                email: Email::new(*email),
                password: SecretString::from(PASSWORD.to_owned()),
                first_name: "Eve".into(),
                last_name: "Eve".into(),
                website: 1,
            };
            customers::add(app, &shop, add).await
        });
        if let Ok(id) = added {
            assert_ne!(id, 1);
            assert_eq!(world.column(id, "email").as_deref(), Some(*email));
            let answer = world.reset(email, TOKEN, NEW_PASSWORD);
            assert!(matches!(answer.status, 400 | 404), "{email:?} has no token: {}", answer.body);
        }
        assert!(!world.signs_in(1, NEW_PASSWORD) && world.signs_in(1, PASSWORD), "{email:?}");
    }
    assert!(world.reset(STORED, TOKEN, NEW_PASSWORD).is_true());
});

both!(a040_white_space_around_an_email, |world| {
    for sent in [" alice@example.com", "alice@example.com\t", "alice@example.com\u{a0}", "\talice@example.com"] {
        world.clear();
        world.alice();
        let answer = world.reset(sent, TOKEN, NEW_PASSWORD);
        assert_eq!(answer.status, 404, "{sent:?}");
        assert_eq!(answer.json()["parameters"]["fieldValue"], json!(sent), "echoed unchanged");
    }
    assert_eq!(reset_as(world, EMAIL, "alice@example.com "), 200);
});

/// What breaks out of a badly built statement.
fn injections() -> Vec<String> {
    let seeds = [
        "%@example.com",
        "_lice@example.com",
        "' OR 1=1 -- ",
        "' OR '1'='1",
        "\\",
        "\\' OR 1=1 #",
        "a'--",
        "1;DROP TABLE store",
        "'; DELETE FROM customer_entity; --",
        "\" OR \"\"=\"",
        "') OR ('1'='1",
        "`",
        "``; SELECT 1",
        "/*",
        "*/ OR 1 /*",
        "0x27",
        "CHAR(39)",
        "'||'",
        "' UNION SELECT NULL, password_hash FROM customer_entity -- ",
        "${7*7}",
        "{{7*7}}",
        "%27%20OR%201=1",
        "\u{2019} OR 1=1",
        "\u{ff07} OR 1=1",
        "'\u{0}",
        "?",
        ":1",
        "$1",
        "@@version",
        "sleep(5)",
        "' AND SLEEP(5) -- ",
        "'; PRAGMA user_version=9; --",
        "NULL",
        "null",
        "true",
        "-1",
        "1e1",
        "NaN",
        "'+'",
        "\r\n",
    ];
    let wrap = |seed: &str| {
        [
            seed.to_owned(),
            format!("{EMAIL}{seed}"),
            format!("{seed}{EMAIL}"),
            format!("'{seed}'"),
            format!("{seed}{seed}"),
        ]
    };
    seeds.iter().flat_map(|seed| wrap(seed)).collect()
}

both!(a041_injection_through_every_field, |world| {
    world.alice();
    let before = world.dump();
    let injections = injections();
    assert!(injections.len() >= 200);
    for text in &injections {
        let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let requests = [
            Request::json("POST", crate::harness::RESET, body(&json!(text), &json!(TOKEN), &json!(NEW_PASSWORD))),
            Request::json("POST", crate::harness::RESET, body(&json!(EMAIL), &json!(text), &json!(NEW_PASSWORD))),
            Request::json("POST", crate::harness::RESET, body(&json!(""), &json!(text), &json!(NEW_PASSWORD))),
            Request::json("POST", crate::harness::RESET, body(&json!(EMAIL), &json!("wrong"), &json!(text))),
            Request::json(
                "POST",
                &format!("{}?email={encoded}&resetToken={encoded}&newPassword={encoded}", crate::harness::RESET),
                "",
            ),
            Request::json("POST", &format!("/rest/{encoded}/V1/customers/resetPassword"), "{}"),
        ];
        for request in requests {
            let answer = world.send(&request);
            assert!((400..500).contains(&answer.status), "{text:?} {}: {}", request.path, answer.body);
        }
    }
    assert_eq!(world.dump(), before);
});

pub fn four_byte_characters(world: &World) {
    world.alice();
    for sent in ["a\u{1f600}@x.com", "\u{1f600}", "alice@example.com\u{1f600}"] {
        assert_eq!(world.reset(sent, TOKEN, NEW_PASSWORD).status, 404, "{sent}");
    }
    world.token_still_works();
}

both!(a042_four_byte_characters, |world| {
    four_byte_characters(world);
});
