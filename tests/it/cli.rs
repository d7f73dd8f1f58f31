//! The command line, as an operator types it.

use std::process::Output;

use serde_json::{Value, json};

use crate::harness::process::{command, configured, run};
use crate::harness::{CRYPT_KEY, Customer, Kind, NEW_PASSWORD, PASSWORD, World};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[track_caller]
fn printed(output: &Output) -> Value {
    serde_json::from_str(&done(output)).expect("JSON")
}

#[track_caller]
fn failed(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stderr)
}

/// A test of the command line on both databases, without a server.
macro_rules! on_both {
    ($name:ident, |$world:ident| $body:block) => {
        fn $name($world: &World) $body

        mod $name {
            use crate::harness::{Kind, World};

            #[test]
            fn sqlite() {
                super::$name(&World::empty(Kind::Sqlite));
            }

            #[test]
            fn mariadb() {
                super::$name(&World::empty(Kind::MariaDb));
            }
        }
    };
}

on_both!(migrate_once, |world| {
    let first = done(&run(world, &["migrate"]));
    assert!(first.contains("migrated 2026-11-21-000001_magento_layout"), "{first}");
    assert!(world.tables().contains(&"rekey_password_reset".to_owned()));
    assert_eq!(done(&run(world, &["migrate"])).trim(), "nothing to migrate");
    assert_eq!(printed(&run(world, &["migrate", "--json"])), json!([]));
});

on_both!(processes_that_start_together_migrate_once, |world| {
    let migrated = std::thread::scope(|scope| {
        let together: Vec<_> = (0..4).map(|_| scope.spawn(|| printed(&run(world, &["migrate", "--json"])))).collect();
        together.into_iter().map(|one| one.join().expect("it ends")).collect::<Vec<_>>()
    });
    let names = migrated.iter().filter_map(Value::as_array).map(Vec::len);
    assert_eq!(names.filter(|ran| *ran > 0).count(), 1, "{migrated:?}");
});

#[test]
fn processes_that_start_together_have_one_crypt_key() {
    let world = World::empty(Kind::Sqlite);
    let folder = world.folder();
    let rekey = |arguments: &[&str]| {
        let mut command = command(&folder);
        command.args(arguments).env("REKEY_DATABASE__URL", "sqlite://together/rekey.db");
        done(&command.output().expect("it runs"))
    };
    let emails: Vec<String> = (0..8).map(|number| format!("customer{number}@example.com")).collect();
    for email in &emails {
        rekey(&["customer", "add", "--email", email, "--password", PASSWORD]);
    }
    std::fs::remove_file(folder.join("together/crypt.key")).expect("a key was made");
    std::thread::scope(|scope| {
        for email in &emails {
            scope.spawn(|| rekey(&["reset", "issue", "--email", email]));
        }
    });
    let key = std::fs::read_to_string(folder.join("together/crypt.key")).expect("a key");
    let report = rekey(&["doctor", "--set", &format!("magento.crypt_key={}", key.trim())]);
    assert!(report.contains("opens all 8 pending tokens"), "{report}");
    let files = std::fs::read_dir(folder.join("together")).expect("a folder").flatten();
    assert_eq!(files.filter(|file| file.file_name().to_string_lossy().contains("crypt")).count(), 1);
}

#[test]
fn migrations_that_were_not_noted_run_again() {
    let world = World::empty(Kind::MariaDb);
    done(&run(&world, &["migrate"]));
    let tables = world.tables();
    // Each statement commits by itself there: a process that is killed may have made tables and noted nothing.
    world.sql("DELETE FROM rekey_migration");
    assert!(done(&run(&world, &["migrate"])).contains("migrated"));
    assert_eq!(world.tables(), tables);
}

on_both!(doctor_looks_and_changes_nothing, |world| {
    let report = printed(&run(world, &["doctor", "--json"]));
    assert_eq!((&report["magento_owned"], world.tables().len()), (&json!(false), 0));
    assert!(report["pending_migrations"].as_array().is_some_and(|pending| !pending.is_empty()));
    done(&run(world, &["migrate"]));
    world.alice();
    let report = printed(&run(world, &["doctor", "--json"]));
    assert_eq!(report["pending_migrations"], json!([]));
    assert_eq!(report["crypt_key"], json!("opens all 1 pending tokens that were tried"));
    let version = report["version"].as_str().expect("a version").to_owned();
    let (server, client) = if world.kind() == Kind::Sqlite {
        ("SQLite 3", "SQLite (bundled)")
    } else {
        ("MariaDB", "mysql_async (pure Rust)")
    };
    assert!(version.contains(server), "{version}");
    assert_eq!(report["client"], json!(client));
    let lines = done(&run(world, &["doctor"]));
    assert!(lines.contains(&version) && !lines.contains(CRYPT_KEY), "{lines}");
    let other = configured(world).arg("doctor").env("REKEY_MAGENTO__CRYPT_KEY", "f".repeat(32)).output();
    assert!(done(&other.expect("the binary runs")).contains("not this Magento's key"));
});

on_both!(customers_are_added_shown_and_listed, |world| {
    let add =
        ["customer", "add", "--email", "New@Example.com", "--password", PASSWORD, "--first-name", "Nina", "--json"];
    let added = printed(&run(world, &add));
    assert_eq!(
        (&added["id"], &added["email"], &added["has_password"]),
        (&json!(1), &json!("New@Example.com"), &json!(true))
    );
    let again = failed(&run(world, &add), 1);
    assert!(again.contains("has a customer with that email already"), "{again}");
    let weak = run(world, &["customer", "add", "--email", "x@example.com", "--password", "weak"]);
    assert!(failed(&weak, 1).contains("needs at least 8 characters"));
    let shown = printed(&run(world, &["customer", "show", "--email", "new@example.com", "--json"]));
    assert_eq!(shown, added);
    assert!(failed(&run(world, &["customer", "show", "--email", "nobody@example.com"]), 1).contains("no customer"));
    let website = run(world, &["customer", "show", "--email", "new@example.com", "--website", "9"]);
    assert!(failed(&website, 1).contains("there is no website 9"));
    world.customer(&Customer::other(7, "seven@example.com", Some("tokenSEVEN")));
    let list = printed(&run(world, &["customer", "list", "--json"]));
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    assert_eq!(printed(&run(world, &["customer", "list", "--after", "1", "--json"]))[0]["id"], json!(7));
    assert_eq!(printed(&run(world, &["customer", "list", "--limit", "1", "--json"])).as_array().map(Vec::len), Some(1));
    let lines = done(&run(world, &["customer", "list"]));
    assert!(lines.contains("seven@example.com") && lines.contains("reset pending since"), "{lines}");
    let secrets = [PASSWORD, "$2b$", ":3_32_2", "0:3:", "tokenSEVEN"];
    assert!(secrets.iter().all(|secret| !lines.contains(secret) && !list.to_string().contains(secret)));
});

on_both!(a_token_is_issued, |world| {
    let add = ["customer", "add", "--email", "alice@example.com", "--password", PASSWORD];
    done(&run(world, &add));
    let issue = |world: &World| printed(&run(world, &["reset", "issue", "--email", "alice@example.com", "--json"]));
    let first = issue(world);
    let token = first["token"].as_str().expect("a token");
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
    let link = first["link"].as_str().expect("a link");
    assert_eq!(
        link,
        format!("http://localhost/customer/account/createPassword/?email=alice%40example.com&id=1&token={token}")
    );
    let second = issue(world);
    assert_ne!(first["token"], second["token"]);
    let lines = done(&run(world, &["reset", "issue", "--email", "alice@example.com"]));
    assert!(lines.starts_with("token  ") && lines.contains("\nlink   http"), "{lines}");
    assert_eq!(world.count("rekey_password_reset"), 1, "a new token replaces the old ones");
    assert!(failed(&run(world, &["reset", "issue", "--email", "nobody@example.com"]), 1).contains("no customer"));
});

#[test]
fn config_shows_what_is_in_force_and_no_secret() {
    let world = World::empty(Kind::Sqlite);
    let run = |arguments: &[&str]| {
        let output = command(&world.folder())
            .args(arguments)
            .env("REKEY_DATABASE__URL", "mysql://shop:s3cret@db/magento")
            .env("REKEY_MAGENTO__CRYPT_KEY", CRYPT_KEY)
            .env("REKEY_HTTP__BIND", "127.0.0.1:1")
            .output();
        done(&output.expect("the binary runs"))
    };
    let lines = run(&["config"]);
    assert!(!lines.contains("s3cret") && !lines.contains(CRYPT_KEY), "{lines}");
    assert!(lines.contains("mysql://shop:***@db/magento") && lines.contains("# REKEY_HTTP__BIND"), "{lines}");
    let settings: Vec<Value> =
        serde_json::from_str(&run(&["config", "--json", "--set", "http.bind=127.0.0.1:2"])).expect("JSON");
    let bind = settings.iter().find(|setting| setting["key"] == "http.bind").expect("a setting");
    assert_eq!((&bind["value"], &bind["source"]), (&json!("127.0.0.1:2"), &json!("command line")));
    std::fs::write(world.folder().join("rekey.toml"), "[http]\nmax_body = 5\n").expect("our folder");
    assert!(run(&["config"]).contains("# rekey.toml"));
}

#[test]
fn wrong_usage_ends_with_2() {
    let world = World::empty(Kind::Sqlite);
    let run =
        |arguments: &[&str]| failed(&command(&world.folder()).args(arguments).output().expect("the binary runs"), 2);
    for arguments in [
        &["nosuch"][..],
        &["--nosuch"],
        &["customer"],
        &["customer", "add"],
        &["customer", "add", "--email", "a@example.com"],
        &["customer", "show", "--email", "a", "--website", "x"],
        &["reset", "issue"],
        &["config", "--set", "http.bind"],
    ] {
        let said = run(arguments);
        assert!(said.contains("Usage:") || said.contains("--help"), "{arguments:?}: {said}");
    }
    assert!(run(&["config", "--set", "http.nosuch=1"]).contains("there is no setting `http.nosuch`"));
    assert!(run(&["config", "--bind", "nonsense"]).contains("http.bind"));
    assert!(run(&["config", "--config", "nosuch.toml"]).contains("nosuch.toml"));
    let unknown = command(&world.folder()).arg("config").env("REKEY_HTTP__PORT", "1").env("REKEY_X", "1").output();
    let said = failed(&unknown.expect("the binary runs"), 2);
    assert!(said.contains("REKEY_HTTP__PORT") && said.contains("REKEY_X"), "all mistakes at once: {said}");
    std::fs::write(world.folder().join("rekey.toml"), "[http]\nport = 1\n").expect("our folder");
    assert!(run(&["config"]).contains("rekey.toml: there is no setting `http.port`"));
}

#[test]
fn help_names_every_command() {
    let world = World::empty(Kind::Sqlite);
    let help = done(&command(&world.folder()).arg("--help").output().expect("the binary runs"));
    for word in ["serve", "demo", "migrate", "config", "doctor", "customer", "reset", "--json", "RUST_LOG"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let version = done(&command(&world.folder()).arg("--version").output().expect("the binary runs"));
    assert!(version.starts_with("rekey "), "{version}");
}

#[test]
fn an_unreachable_database_is_named_without_its_password() {
    let world = World::empty(Kind::Sqlite);
    let output =
        command(&world.folder()).arg("doctor").env("REKEY_DATABASE__URL", "mysql://shop:s3cret@127.0.0.1:1/x").output();
    let said = failed(&output.expect("the binary runs"), 1);
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn a_crypt_key_is_made_once_and_kept_private() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::empty(Kind::Sqlite);
    let list =
        || done(&command(&world.folder()).args(["customer", "list", "--json"]).output().expect("the binary runs"));
    list();
    let file = world.folder().join("data/crypt.key");
    let key = std::fs::read_to_string(&file).expect("a key");
    assert_eq!(key.trim().len(), 32);
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    list();
    assert_eq!(std::fs::read_to_string(&file).expect("a key"), key);
    assert_ne!(key.trim(), NEW_PASSWORD);
}
