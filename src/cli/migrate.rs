//! `rekey migrate`.

use super::{Failure, output};
use crate::app::{Clock, SystemClock};
use crate::config::Config;
use crate::storage::migrations;

/// Creates or updates the tables; on a Magento's database only those called `rekey_…`.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    let ran = migrations::run(&config.database.target, SystemClock.now())?;
    output::print(&ran, json, |ran| {
        for name in ran {
            println!("migrated {name}");
        }
        if ran.is_empty() {
            println!("nothing to migrate");
        }
    })
}
