//! `rekey customer import`: files and other Magentos, interrupted and not.

use std::fmt::Write;
use std::process::Output;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rekey::app::Clock;
use serde_json::{Value, json};

use crate::harness::calls::sign_in;
use crate::harness::process::{command, configured, run};
use crate::harness::world::{PASSWORD_HASH, seal};
use crate::harness::{Customer, EMAIL, Kind, NEW_PASSWORD, PASSWORD, Process, TOKEN, World, both, kinds};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Imports a file of this content; answers the exit code, the summary and what was said.
fn import(world: &World, content: impl AsRef<[u8]>, arguments: &[&str]) -> (Option<i32>, Value, String) {
    std::fs::write(world.folder().join("customers.csv"), content).expect("our folder");
    let words = [&["customer", "import", "customers.csv", "--json"], arguments].concat();
    ended(&run(world, &words))
}

fn ended(output: &Output) -> (Option<i32>, Value, String) {
    let said = text(&output.stderr);
    let summary = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), summary, said)
}

#[track_caller]
fn counted(summary: &Value, imported: i64, existing: i64, refused: i64) {
    let counts = [&summary["imported"], &summary["existing"], &summary["refused"]];
    assert_eq!(counts, [&json!(imported), &json!(existing), &json!(refused)], "{summary}");
}

kinds!(every_column_is_kept, |kind| {
    let world = World::without_server(kind);
    world.second_website();
    let hash = PASSWORD_HASH;
    let sealed = seal(TOKEN);
    let (code, summary, said) = import(
        &world,
        format!(
            "Reward_Points,_store,EMAIL,_website,firstname,lastname,prefix,middlename,suffix,dob,taxvat,gender,group_id,\
             created_at,updated_at,created_in,confirmation,password_hash,rp_token,rp_token_created_at,entity_id,is_active,\
             disable_auto_group_change,failures_num,first_failure,lock_expires,password\r\n\
             5,second_store,Ann@Example.com,second,Änn,\"O'Neil, Jr.\",Ms,Q.,PhD,1990-12-31 00:00:00,DE1,Female,3,\
             2020-01-02 03:04:05,2021-01-02 03:04:05,Elsewhere,key,{hash},{sealed},2026-01-02 03:04:05,77,0,1,4,\
             2026-02-03 04:05:06,2026-03-04 05:06:07,\r\n\
             ,,plain@example.com,,,,,,,,,,,,,,,,,,,,,,,0000-00-00 00:00:00,\r\n"
        ),
        &[],
    );
    assert_eq!(code, Some(0), "{said}");
    counted(&summary, 2, 0, 0);
    assert!(said.contains("ignored columns: Reward_Points\n"), "{said}");
    let expected = [
        ("email", "Ann@Example.com"),
        ("website_id", "2"),
        ("store_id", "2"),
        ("firstname", "Änn"),
        ("lastname", "O'Neil, Jr."),
        ("prefix", "Ms"),
        ("middlename", "Q."),
        ("suffix", "PhD"),
        ("dob", "1990-12-31"),
        ("taxvat", "DE1"),
        ("gender", "2"),
        ("group_id", "3"),
        ("created_in", "Elsewhere"),
        ("confirmation", "key"),
        ("password_hash", hash),
        ("rp_token", &sealed),
        ("is_active", "0"),
        ("disable_auto_group_change", "1"),
        ("failures_num", "4"),
    ];
    for (column, value) in expected {
        assert_eq!(world.column(77, column).as_deref(), Some(value), "{column}");
    }
    let times = [
        ("created_at", "2020-01-02 03:04:05"),
        ("updated_at", "2021-01-02 03:04:05"),
        ("rp_token_created_at", "2026-01-02 03:04:05"),
        ("first_failure", "2026-02-03 04:05:06"),
        ("lock_expires", "2026-03-04 05:06:07"),
    ];
    for (column, value) in times {
        let stored = world.column(77, column).unwrap_or_default().replace('T', " ");
        assert!(stored.starts_with(value), "{column}: {stored}");
    }
    let (website, store, group) = (world.column(78, "website_id"), world.column(78, "store_id"), "group_id");
    assert_eq!((website.as_deref(), store.as_deref()), (Some("1"), Some("1")), "the default website and its store");
    assert_eq!(world.column(78, group).as_deref(), Some("1"));
    let names = (world.column(78, "firstname"), world.column(78, "created_in"), world.column(78, "lock_expires"));
    assert_eq!(names, (Some(String::new()), Some("Default Store View".into()), None));
});

const HEADER: &str = "email,_website,store_id,firstname,dob,created_at,gender,password_hash,is_active,password\n";

/// Each kind of bad row, and a word of the reason.
fn bad_rows() -> Vec<(Vec<u8>, String)> {
    let row = |row: &str, reason: &str| (row.as_bytes().to_vec(), reason.to_owned());
    vec![
        row(",,,,,,,,,", "has no email"),
        row("nope,,,,,,,,,", "email is no address"),
        row("b1@example.com", "has 1 fields, the header 10"),
        row("b2@example.com,nosuch,,,,,,,,", "there is no website `nosuch`; there are 0 (admin), 1 (base)"),
        row("b3@example.com,,9,,,,,,,", "there is no store 9; there are 0 (admin), 1 (default)"),
        row("b4@example.com,,,😀,,,,,,", "firstname has a character"),
        row(&format!("b5@example.com,,,{},,,,,,", "x".repeat(256)), "firstname has 256 characters, at most 255"),
        row("b6@example.com,,,,31.12.1990,,,,,", "dob is no day"),
        row("b7@example.com,,,,,2040-01-01 00:00:00,,,,", "created_at is not between 1970 and 2038"),
        row("b8@example.com,,,,,,other,,,", "gender is no gender"),
        row("b9@example.com,,,,,,,Secret-Word-1,,", "password_hash is in no form"),
        row("b10@example.com,,,,,,,,maybe,", "is_active is no 0 or 1"),
        row("b11@example.com,,,,,,,,,Secret-Word-1", "has a password in plain text"),
        (b"b12@example.com,,,\xff,,,,,,".to_vec(), "is not UTF-8".into()),
    ]
}

kinds!(a_bad_row_is_reported_and_never_ends_the_import, |kind| {
    let world = World::without_server(kind);
    let mut content = HEADER.as_bytes().to_vec();
    for (number, (row, _)) in bad_rows().into_iter().enumerate() {
        content.extend(row);
        content.extend(format!("\ngood{number}@example.com,,,,,,,,,\n").bytes());
    }
    let count = i64::try_from(bad_rows().len()).expect("a few");
    let (code, summary, said) = import(&world, &content, &["--rejects", "rejects.csv"]);
    assert_eq!(code, Some(1), "{said}");
    counted(&summary, count, 0, count);
    assert_eq!(world.count("customer_entity"), count);
    for (number, (_, reason)) in bad_rows().into_iter().enumerate() {
        let line = format!("line {}: {reason}", 2 + 2 * number);
        assert!(said.contains(&line), "{line}: {said}");
    }
    assert!(said.contains(&format!("{count} row(s) of customers.csv were refused")), "{said}");
    assert!(!said.contains("Secret-Word") && !world.dump().contains("Secret-Word"), "{said}");

    let rejects = std::fs::read(world.folder().join("rejects.csv")).expect("a file of refused rows");
    let rejects = text(&rejects);
    assert_eq!(rejects.lines().count(), bad_rows().len() + 1, "{rejects}");
    assert!(rejects.starts_with(&format!("line,reason,{HEADER}")), "{rejects}");
    assert!(rejects.contains("\n6,\"has 1 fields, the header 10\",b1@example.com\n"), "{rejects}");

    let (code, again, said) = import(&world, &content, &[]);
    assert_eq!((code, &again["already_finished"]), (Some(1), &json!(true)), "{said}");
    assert!(said.contains("customers.csv was imported already; --restart"), "{said}");
    let (code, restarted, said) = import(&world, &content, &["--restart"]);
    assert_eq!(code, Some(1), "{said}");
    counted(&restarted, 0, count, count);
});

#[test]
fn only_the_first_refusals_are_shown() {
    let world = World::without_server(Kind::Sqlite);
    let (code, summary, said) = import(&world, format!("email\n{}", "nope\n".repeat(100)), &[]);
    assert_eq!((code, said.matches("email is no address").count()), (Some(1), 20), "{said}");
    assert!(said.contains("further refused rows are only counted"), "{said}");
    counted(&summary, 0, 0, 100);
}

kinds!(customers_that_are_there_stay_as_they_are, |kind| {
    let world = World::without_server(kind);
    world.alice();
    let before = world.rows("customer_entity");
    let (code, summary, said) = import(
        &world,
        "entity_id,email,firstname\n,ALICE@example.com,Other\n1,alice@example.com,Other\n,new@example.com,New\n,New@Example.com,Newer\n",
        &[],
    );
    assert_eq!(code, Some(0), "{said}");
    counted(&summary, 1, 3, 0);
    assert_eq!(world.rows("customer_entity")[0], before[0]);
    let new: Vec<_> =
        world.rows("customer_entity").into_iter().filter(|row| row["entity_id"] != before[0]["entity_id"]).collect();
    let expected = [Some("new@example.com".to_owned()), Some("New".to_owned())];
    assert_eq!([new[0]["email"].clone(), new[0]["firstname"].clone()], expected);

    let (code, summary, said) = import(&world, "entity_id,email\n9,nine@example.com\n1,stranger@example.com\n", &[]);
    assert_eq!(code, Some(1));
    counted(&summary, 1, 0, 1);
    assert!(said.contains("line 3: entity_id 1 is another customer's"), "{said}");
    assert_eq!(world.column(9, "email").as_deref(), Some("nine@example.com"));
});

#[test]
fn a_look_alike_is_no_known_customer() {
    let content = "email\nálice@example.com\nbob@example.com\nalice@example.com\n";
    let (code, summary, said) = import(&World::without_server(Kind::Sqlite), content, &[]);
    assert_eq!(code, Some(0), "{said}");
    counted(&summary, 3, 0, 0);
    let (code, summary, said) = import(&World::without_server(Kind::MariaDb), content, &[]);
    assert_eq!(code, Some(1));
    counted(&summary, 2, 0, 1);
    assert!(said.contains("line 4: the database takes its email for that of another customer"), "{said}");
}

kinds!(a_killed_import_goes_on, |kind| {
    const ROWS: i64 = 40_000;
    let world = World::without_server(kind);
    let mut content = "email,firstname\n".to_owned();
    for number in 0..ROWS {
        writeln!(content, "customer{number}@example.com,First").expect("a text");
    }
    content += "nope,\n";
    std::fs::write(world.folder().join("customers.csv"), &content).expect("our folder");
    let mut command = configured(&world);
    command.args(["customer", "import", "customers.csv"]);
    let process = Process::spawn(command);
    let deadline = Instant::now() + Duration::from_mins(1);
    while world.count("customer_entity") == 0 {
        assert!(Instant::now() < deadline, "nothing was committed: {}", process.output());
        std::thread::sleep(Duration::from_millis(2));
    }
    // kill -9.
    drop(process);
    let record = world.rows("rekey_import").remove(0);
    assert_eq!(record["finished_at"], None, "it was stopped in the middle");
    let stored = world.count("customer_entity");
    assert!(stored < ROWS);
    assert_eq!(record["imported"], Some(stored.to_string()), "rows and position are committed together");

    let (code, summary, said) = ended(&run(&world, &["customer", "import", "customers.csv", "--json"]));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("going on at line {} of customers.csv", stored + 2)), "{said}");
    assert!(said.contains(&format!("line {}: email is no address", ROWS + 2)), "{said}");
    counted(&summary, ROWS, 0, 1);
    assert_eq!(world.count("customer_entity"), ROWS);
});

both!(imported_customers_sign_in_and_reset, |world| {
    let issued = (world.clock.now() - TimeDelta::seconds(60)).format("%Y-%m-%d %H:%M:%S");
    let content =
        format!("email,password_hash,rp_token,rp_token_created_at\n{EMAIL},{PASSWORD_HASH},{},{issued}\n", seal(TOKEN));
    let (code, _, said) = import(world, content, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(world.send(&sign_in(EMAIL, PASSWORD)).status, 200);
    world.token_still_works();
    assert_eq!(world.send(&sign_in(EMAIL, PASSWORD)).status, 401);
    assert_eq!(world.send(&sign_in(EMAIL, NEW_PASSWORD)).status, 200);
});

/// Runs the import from another world's database.
fn from_magento(target: &World, source: &World) -> (Option<i32>, Value, String) {
    let settings = source.settings();
    let url = settings.iter().find(|(key, _)| key == "database.url").expect("a URL");
    ended(&run(target, &["customer", "import", "--json", "--from-magento", &url.1]))
}

kinds!(a_magento_is_copied, |kind| {
    let source = World::without_server(Kind::MariaDb);
    source.second_website();
    source.customer(&Customer { id: 5, ..Customer::default() });
    let second = Customer { website: 2, store: 2, ..Customer::other(9, "bob@example.com", Some("tokenBBBB")) };
    source.customer(&second);
    source.sql("INSERT INTO customer_entity (entity_id, website_id, email, store_id) VALUES (10, 1, 'nope', 0)");
    let before = source.dump();
    let target = World::start(kind, &[]);
    let (code, summary, said) = from_magento(&target, &source);
    assert_eq!(code, Some(1), "{said}");
    counted(&summary, 2, 0, 1);
    assert!(said.contains("entity_id 10: email is no address"), "{said}");
    assert!(said.contains("added 1 website(s), 1 store group(s), 3 store(s)"), "{said}");
    assert_eq!(source.dump(), before, "the source is only read");
    let websites: Vec<_> = target.rows("store_website").into_iter().map(|row| row["code"].clone()).collect();
    assert_eq!(websites, ["admin", "base", "second"].map(|code| Some(code.to_owned())));
    for column in ["email", "website_id", "store_id", "firstname", "password_hash", "rp_token", "created_in"] {
        for id in [5, 9] {
            assert_eq!(target.column(id, column), source.column(id, column), "{id} {column}");
        }
    }
    assert_eq!(target.send(&sign_in(EMAIL, PASSWORD)).status, 200);
    target.token_still_works();

    // What is new there since then.
    source.customer(&Customer::other(11, "carol@example.com", None));
    let (_, summary, said) = from_magento(&target, &source);
    counted(&summary, 3, 0, 1);
    assert!(said.contains("going on after entity_id 10"), "{said}");
    assert_eq!(target.column(11, "email").as_deref(), Some("carol@example.com"));
});

kinds!(dates_that_are_none_end_no_import, |kind| {
    let source = World::without_server(Kind::MariaDb);
    source.alice();
    source.sql("UPDATE customer_entity SET created_at = '0000-00-00 00:00:00', rp_token_created_at = '2024-00-01 00:00:00', dob = '0000-00-00'");
    let target = World::start(kind, &[]);
    let (code, summary, said) = from_magento(&target, &source);
    assert_eq!(code, Some(0), "{said}");
    counted(&summary, 1, 0, 0);
    assert_eq!((target.column(1, "dob"), target.column(1, "rp_token_created_at")), (None, None));
    assert_eq!(target.column(1, "created_at").as_deref(), Some("1970-01-01 00:00:01"));
});

#[test]
fn a_database_is_not_imported_into_itself() {
    let world = World::without_server(Kind::MariaDb);
    world.alice();
    let (code, _, said) = from_magento(&world, &world);
    assert_eq!(code, Some(1));
    assert!(said.contains("is the database that rekey runs on"), "{said}");
    assert_eq!(world.count("rekey_import"), 0);
}

#[test]
fn what_cannot_be_imported_is_said() {
    let world = World::without_server(Kind::Sqlite);
    let folder = world.folder();
    std::fs::write(folder.join("no-email.csv"), "name,dob\nx,\n").expect("our folder");
    std::fs::write(folder.join("twice.csv"), "email,EMAIL\na@x.com,\n").expect("our folder");
    for (arguments, code, expected) in [
        (&["missing.csv"][..], 1, "missing.csv: No such file"),
        (&["no-email.csv"], 1, "one of them must be `email`"),
        (&["twice.csv"], 1, "the header names email twice"),
        (&["-"], 1, "standard input cannot be read twice"),
        (&["--from-magento", "sqlite://x.db"], 1, "must begin with mysql://"),
        (&["--from-magento", "mysql://shop:s3cret@127.0.0.1:1/x"], 1, "mysql://shop:***@127.0.0.1:1/x"),
        (&[], 2, "FILE.csv"),
        (&["x.csv", "--from-magento", "mysql://h/x"], 2, "cannot be used with"),
    ] {
        let output = run(&world, &[&["customer", "import"], arguments].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(expected) && !said.contains("s3cret"), "{arguments:?}: {said}");
    }
    assert_eq!(world.count("rekey_import"), 0);
    let help = command(&folder).args(["customer", "import", "--help"]).output().expect("the binary runs");
    let help = text(&help.stdout);
    for word in ["password_hash", "_website", "--restart", "crypt key", "--from-magento mysql://", "Exit code"] {
        assert!(help.contains(word), "{word}: {help}");
    }
}
