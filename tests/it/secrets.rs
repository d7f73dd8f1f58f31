//! What must never be seen: in logs, in answers.

use serde_json::json;

use crate::harness::world::body;
use crate::harness::{Customer, EMAIL, Kind, NEW_PASSWORD, Process, RESET, Request, TOKEN, World, both};
use crate::token::MISMATCHED;

const BEARERS: &[&str] = &[
    "Bearer undefined",
    "Bearer null",
    "Bearer ",
    "Bearer",
    "bearer eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOjEsInV0eXBpZCI6MywiZXhwIjoxfQ.c2lnbmF0dXJl",
    "OAuth oauth_consumer_key=\"unknown\", oauth_token=\"unknown\", oauth_signature=\"x\"",
    "Basic YWxpY2U6UGFzc3dvcmQxMjMh",
    "garbage",
    "",
];

both!(a099_any_authorization_is_ignored, |world| {
    let long = format!("Bearer {}", "x".repeat(8192));
    for bearer in BEARERS.iter().copied().chain([long.as_str()]) {
        world.clear();
        world.alice();
        let reset = |token: &str| {
            let sent = body(&json!(EMAIL), &json!(token), &json!(NEW_PASSWORD));
            world.send(&Request::json("POST", RESET, sent).with("Authorization", bearer))
        };
        reset("wrong").refused(400, MISMATCHED);
        assert!(reset(TOKEN).is_true(), "{bearer}");
    }
});

/// Everything that a request can hide a secret in, each secret with a mark of its own.
const MARKS: &[&str] =
    &["mark-email", "markTOKEN", "Mark-Password", "mark-bearer", "mark-query", "mark-cookie", "mark-body"];

fn marked(email: &str, token: &str) -> Vec<Request> {
    let right = body(&json!(email), &json!(token), &json!("Mark-Password1"));
    let post = |body: &str| {
        Request::json("POST", RESET, body)
            .with("Authorization", "Bearer mark-bearer")
            .with("Cookie", "PHPSESSID=mark-cookie")
    };
    let at =
        |request: Request, method: &str, path: &str| Request { method: method.into(), path: path.into(), ..request };
    vec![
        post(&right),
        post(&right),
        post(&body(&json!(email), &json!(token), &json!("mark"))),
        post(&body(&json!("mark-email2@example.com"), &json!(token), &json!("Mark-Password2"))),
        post(&body(&json!(""), &json!(token), &json!("Mark-Password3"))),
        post(&body(&json!(["mark-email"]), &json!({"mark-body": 1}), &json!(1))),
        post("{\"mark-body\":"),
        post("mark-body").with("Content-Type", "text/mark-body"),
        at(post(&right), "POST", &format!("{RESET}?newPassword=mark-query&resetToken=markTOKEN&email=mark-query")),
        at(post(""), "GET", "/rest/V1/customers/1/password/resetLinkToken/markTOKEN"),
        at(post(""), "PUT", "/rest/V1/customers/me/password"),
        at(post(""), "DELETE", &format!("{RESET}?x=mark-query")),
        at(post(&right), "POST", "/rest/V1/nosuch?token=mark-query"),
        at(post(&right), "POST", "/health?token=mark-query"),
    ]
}

fn nothing_in_the_log(kind: Kind) {
    let world = World::without_server(kind);
    for mode in ["production", "developer"] {
        world.clear();
        world.customer(&Customer::other(1, "mark-email@example.com", Some("markTOKEN")));
        let server = Process::serve(&world, &[("RUST_LOG", "trace"), ("REKEY_MAGENTO__MODE", mode)]);
        let address = server.address();
        let answers: Vec<_> =
            marked("mark-email@example.com", "markTOKEN").iter().map(|request| request.send(address)).collect();
        assert!(answers[0].is_true(), "{}", answers[0].body);
        assert!(answers[1..].iter().all(|answer| (200..500).contains(&answer.status)));
        // A failure of ours is logged with its reason: also without a secret.
        world.sql("ALTER TABLE customer_entity RENAME TO customer_gone");
        let failed = marked("mark-email@example.com", "markTOKEN")[0].send(address);
        world.sql("ALTER TABLE customer_gone RENAME TO customer_entity");
        assert_eq!(failed.status, 500, "{}", failed.body);
        let report = failed.message().split("Report ID: ").nth(1).map(str::to_owned).expect("a report id");
        server.wait_for(&report);
        server.wait_for("DEBUG rekey::telemetry");
        let log = server.output();
        for mark in MARKS.iter().chain(&[crate::harness::CRYPT_KEY]) {
            let line = log.lines().find(|line| line.contains(mark));
            assert_eq!(line, None, "{mark} is in the log ({mode})");
        }
    }
}

#[test]
fn a103_nothing_secret_in_the_log_sqlite() {
    nothing_in_the_log(Kind::Sqlite);
}

#[test]
fn a103_nothing_secret_in_the_log_mariadb() {
    nothing_in_the_log(Kind::MariaDb);
}

/// What an answer would have in it if it spoke of our inside.
const INSIDE: &[&str] = &[
    "src/",
    ".rs",
    "SELECT",
    "select ",
    "UPDATE",
    "customer_entity",
    "core_config_data",
    "rekey_",
    "diesel",
    "mysql",
    "MySQL",
    "sqlite",
    "SQLite",
    "no such table",
    "doesn't exist",
    "panicked",
    "127.0.0.1",
    "/tmp",
];

both!(a103_a_panic_is_a_500_and_the_process_lives, |world| {
    world.alice();
    world.clock.set_broken(true);
    for _ in 0..10 {
        shows_nothing(world, &world.reset(EMAIL, TOKEN, NEW_PASSWORD));
    }
    world.clock.set_broken(false);
    world.token_still_works();
});

fn shows_nothing(world: &World, answer: &crate::harness::Answer) {
    assert_eq!(answer.status, 500, "{}", answer.body);
    let message = answer.message();
    let id = message.split("Internal Error. Details are available in Magento log file. Report ID: webapi-").nth(1);
    assert!(id.is_some_and(|id| id.len() == 13), "{message}");
    for part in INSIDE {
        assert!(!answer.body.contains(part), "{part}: {}", answer.body);
    }
    assert!(!answer.body.contains(&world.folder().display().to_string()));
}

fn broken_tables(world: &World) {
    world.alice();
    for table in ["rekey_password_reset", "customer_entity", "core_config_data", "store", "oauth_token_request_log"] {
        world.sql(&format!("ALTER TABLE {table} RENAME TO gone"));
        shows_nothing(world, &world.reset("", TOKEN, NEW_PASSWORD));
        if table != "rekey_password_reset" {
            shows_nothing(world, &world.reset(EMAIL, TOKEN, NEW_PASSWORD));
        }
        world.sql(&format!("ALTER TABLE gone RENAME TO {table}"));
    }
    // The write fails, not the reading, and not at its first statement: nothing is half done.
    world.sign_in(EMAIL, "wrong");
    world.sql("ALTER TABLE rekey_password_reset RENAME TO gone");
    let before = world.dump();
    shows_nothing(world, &world.reset(EMAIL, TOKEN, NEW_PASSWORD));
    assert_eq!(world.dump(), before);
    world.sql("ALTER TABLE gone RENAME TO rekey_password_reset");
    world.token_still_works();
}

both!(a104_errors_show_a_report_id_alone, |world| {
    broken_tables(world);
});

both!(a104_nor_do_they_in_developer_mode, &[("magento.mode", "developer")], |world| {
    broken_tables(world);
    world.clear();
    world.alice();
    for answer in [world.reset(EMAIL, "wrong-token", NEW_PASSWORD), world.reset(EMAIL, TOKEN, "Weak-1")] {
        assert!(answer.json()["trace"].is_string(), "{}", answer.body);
        for secret in [TOKEN, "wrong-token", NEW_PASSWORD, "Weak-1", EMAIL, "src/", ".rs"] {
            assert!(!answer.body.contains(secret), "{secret}: {}", answer.body);
        }
    }
});

both!(a108_types_of_error_parameters, |world| {
    let classes = "Minimum of different classes of characters in password is %1. \
                   Classes of characters: Lower Case, Upper Case, Digits, Special Characters.";
    let short = "The password needs at least %1 characters. Create a new password and try again.";
    let required = "\"%fieldName\" is required. Enter and try again.";
    let cases = [
        (json!("short"), format!(r#"{{"message":"{short}","parameters":["8"]}}"#)),
        (json!("abcdefgh"), format!(r#"{{"message":"{classes}","parameters":["3"]}}"#)),
        (
            json!("Aa1!".repeat(65)),
            r#"{"message":"Please enter a password with at most %1 characters.","parameters":[256]}"#.to_owned(),
        ),
        (json!(null), format!(r#"{{"message":{},"parameters":{{"fieldName":"newPassword"}}}}"#, json!(required))),
    ];
    world.alice();
    for (password, expected) in cases {
        assert_eq!(world.post(body(&json!(EMAIL), &json!(TOKEN), &password)).body, expected);
    }
    let unknown = concat!(
        r#"{"message":"No such entity with %fieldName = %fieldValue, %field2Name = %field2Value","#,
        r#""parameters":{"fieldName":"email","fieldValue":"x@example.com","field2Name":"websiteId","field2Value":"1"}}"#
    );
    assert_eq!(world.reset("x@example.com", TOKEN, NEW_PASSWORD).body, unknown);
    world.setting("default", 0, "customer/password/minimum_password_length", "12");
    let answer = world.reset(EMAIL, TOKEN, "Short-1");
    assert_eq!(answer.json()["parameters"], json!(["12"]));
});
