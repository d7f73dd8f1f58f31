//! Commerce Layer's resources as JSON:API documents: pure rendering, for the door's answers and for
//! webhooks, which carry the same documents.
//!
//! Not in here: HTTP, errors, queries.

pub mod resource;
pub mod resources;
pub mod types;

pub use resource::{Fields, Resource, View};
use serde_json::{Value, json};

use crate::config::CommerceLayer;
use crate::config::values::ApiMode;
use crate::domain::crypt_key::hex;

/// A time as every document shows it: UTC, three decimals, `Z`.
#[must_use]
pub fn time(time: chrono::NaiveDateTime) -> Value {
    Value::String(time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// `meta` of the resource objects of one document.
///
/// * `trace`: random, new for each request.
#[must_use]
pub fn meta(settings: &CommerceLayer, trace: &[u8; 32]) -> Value {
    json!({
        "mode": match settings.mode { ApiMode::Live => "live", ApiMode::Test => "test" },
        "organization_id": settings.organization_id,
        "trace_id": hex(trace),
    })
}
