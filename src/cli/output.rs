//! Printing data: lines for people, JSON for programs.

use serde::Serialize;

use super::Failure;

/// Prints a value as JSON, or lets `lines` print it for people.
pub fn print<T: Serialize>(value: &T, json: bool, lines: impl FnOnce(&T)) -> Result<(), Failure> {
    if json {
        let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Message(error.to_string()))?;
        println!("{text}");
    } else {
        lines(value);
    }
    Ok(())
}
