//! `rekey doctor`.

use serde::Serialize;

use super::{Failure, output};
use crate::config::Config;
use crate::storage::{self, Db, inspection, migrations, resets};

/// How many of the newest sealed tokens are tried.
const TRIED: i64 = 100;

#[derive(Serialize)]
struct Report {
    database: String,
    version: String,
    client: &'static str,
    magento_owned: bool,
    pending_migrations: Vec<String>,
    crypt_key: String,
}

/// Connects and says what it found; changes nothing.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let target = &config.database.target;
    let mut db = storage::connect(target)?;
    let report = Report {
        database: target.masked(),
        version: inspection::version(&mut db).map_err(failure)?,
        client: inspection::client(&db),
        magento_owned: inspection::magento_owned(&mut db).map_err(failure)?,
        pending_migrations: migrations::pending(&mut db)
            .unwrap_or_else(|_| vec!["all (nothing was ever migrated)".into()]),
        crypt_key: crypt_key(config, &mut db),
    };
    output::print(&report, json, |report| {
        println!("database            {}", report.database);
        println!("version             {}", report.version);
        println!("client library      {}", report.client);
        println!("tables owned by     {}", if report.magento_owned { "a Magento" } else { "rekey" });
        println!(
            "pending migrations  {}",
            if report.pending_migrations.is_empty() { "none".into() } else { report.pending_migrations.join(", ") }
        );
        println!("crypt key           {}", report.crypt_key);
    })
}

/// Whether the configured key opens what is sealed.
fn crypt_key(config: &Config, db: &mut Db) -> String {
    let Some(key) = &config.magento.crypt_key else {
        return "none configured; rekey keeps one of its own".into();
    };
    let sealed: Vec<String> =
        resets::sealed(db, TRIED).unwrap_or_default().into_iter().filter_map(|row| row.sealed).collect();
    let opened = sealed.iter().filter(|sealed| key.open(sealed).is_some()).count();
    match (sealed.len(), opened) {
        (0, _) => "usable; no pending token to try it on".into(),
        (all, opened) if all == opened => format!("opens all {all} pending tokens that were tried"),
        (all, 0) => format!("opens none of {all} pending tokens: it is not this Magento's key"),
        (all, opened) => format!("opens {opened} of {all} pending tokens: an older key may be missing"),
    }
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}
