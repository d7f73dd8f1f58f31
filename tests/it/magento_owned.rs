//! Beside a live Magento: on its own tables, which stay as they are.

use crate::harness::process::{configured, run};
use crate::harness::{EMAIL, Kind, NEW_PASSWORD, PASSWORD, TOKEN, World};
use crate::{identity, transcripts};

const TABLES: &str = include_str!("magento_owned.sql");

/// A Magento's database; Magento up to 2.4.3 made its tables in three-byte UTF-8.
fn magento(charset: &str) -> World {
    let world = World::empty(Kind::MariaDb);
    world.sql(&TABLES.replace("DEFAULT CHARSET", &format!("DEFAULT CHARSET={charset} COLLATE={charset}_general_ci")));
    world
}

fn served(charset: &str, profile: &str) -> World {
    let mut world = magento(charset);
    world.serve(&[("magento.empty_email", profile)]);
    assert!(world.server().app.magento_owned);
    world
}

#[test]
fn the_basic_exchanges_match_token() {
    let group =
        |group: &str| group == "resetPassword.basic" || group == "resetPassword.matchByToken" || group == "multi";
    transcripts::replay(&served("utf8mb4", "match-token"), "match-token", "production", |case| group(&case.group));
}

#[test]
fn the_basic_exchanges_refuse() {
    let world = served("utf8mb4", "refuse");
    transcripts::replay(&world, "refuse", "production", |case| case.group == "resetPassword.basic");
}

#[test]
fn new_passwords_are_for_magentos_php() {
    let world = served("utf8mb4", "match-token");
    world.alice();
    world.token_still_works();
    let stored = world.column(1, "password_hash").expect("a hash");
    let parts: Vec<&str> = stored.split(':').collect();
    assert!(matches!(parts[..], [hash, salt, "3_32_2_67108864"] if hash.len() == 64 && salt.len() == 32), "{stored}");
    assert!(world.signs_in(1, NEW_PASSWORD) && !world.signs_in(1, PASSWORD));
}

#[test]
fn nothing_of_magentos_is_altered() {
    let mut world = magento("utf8mb4");
    world.alice();
    let tables = world.tables();
    let look =
        |world: &World| tables.iter().map(|table| (world.definition(table), world.rows(table))).collect::<Vec<_>>();
    let before = look(&world);
    world.serve(&[]);
    assert_eq!(look(&world), before, "after the migrations");
    let ours: Vec<String> = world.tables().into_iter().filter(|table| !tables.contains(table)).collect();
    assert!(!ours.is_empty() && ours.iter().all(|table| table.starts_with("rekey_")), "{ours:?}");
    assert_eq!(world.reset(EMAIL, "wrong", NEW_PASSWORD).status, 400);
    assert_eq!(look(&world), before, "after a refused reset");
    world.token_still_works();
    let changed: Vec<&String> = tables
        .iter()
        .zip(look(&world).iter().zip(&before))
        .filter(|(_, (now, then))| now != then)
        .map(|(t, _)| t)
        .collect();
    assert_eq!(changed, ["customer_entity"], "after a reset");
}

#[test]
fn without_magentos_key_it_does_not_start() {
    let world = magento("utf8mb4");
    let output = configured(&world).arg("serve").env("REKEY_MAGENTO__CRYPT_KEY", "").output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("REKEY_MAGENTO__CRYPT_KEY"), "{said}");
    let output = run(&world, &["doctor"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("a Magento"), "{output:?}");
}

#[test]
fn a042_four_byte_characters_in_three_byte_columns() {
    let world = served("utf8mb3", "match-token");
    identity::four_byte_characters(&world);
}

#[test]
fn a037_look_alikes_in_three_byte_columns() {
    identity::look_alikes_are_strangers(&served("utf8mb3", "match-token"));
}

#[test]
fn a_token_is_spent_once_beside_a_magento() {
    let world = served("utf8mb4", "match-token");
    world.alice();
    // A PHP Magento spent it between our reading and our writing: the condition is on its own column.
    world.sql("UPDATE customer_entity SET rp_token = NULL, rp_token_created_at = NULL");
    assert_eq!(world.reset(EMAIL, TOKEN, NEW_PASSWORD).status, 400);
}
