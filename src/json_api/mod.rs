//! Commerce Layer's resources as JSON:API documents: pure rendering, for the door's answers and for
//! webhooks, which carry the same documents.
//!
//! Not in here: HTTP, errors, queries.

pub mod resource;
pub mod resources;
pub mod types;

pub use resource::{Fields, Resource, View};

/// A time as every document shows it: UTC, three decimals, `Z`.
#[must_use]
pub fn time(time: chrono::NaiveDateTime) -> serde_json::Value {
    serde_json::Value::String(time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
