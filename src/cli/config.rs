//! `rekey config`.

use super::{Failure, output};
use crate::config::Config;

/// Prints each setting, its value and where that came from.
pub fn run(config: &Config, json: bool) -> Result<(), Failure> {
    output::print(&config.effective(), json, |settings| {
        for setting in *settings {
            println!("{:<24} {:<40} # {}", setting.key, setting.value, setting.source);
        }
    })
}
