//! Each type's attributes.

use serde_json::{Value, json};

use super::resource::Resource;
use super::time;
use super::types::{CUSTOMERS, EVENT_STORES, EVENTS, RESETS};
use crate::domain::commerce_layer::event::{Event, EventStore};
use crate::domain::commerce_layer::reset::Reset;

/// * `token`: the readable token, for those who may see it.
#[must_use]
pub fn reset(reset: &Reset, token: Option<&str>) -> Resource {
    let attributes = vec![
        ("customer_email", json!(reset.customer_email)),
        ("reset_password_token", json!(token)),
        ("reset_password_at", reset.reset_password_at.map_or(Value::Null, time)),
        ("created_at", time(reset.created_at)),
        ("updated_at", time(reset.updated_at)),
        ("reference", json!(reset.reference)),
        ("reference_origin", json!(reset.reference_origin)),
        ("metadata", parsed(&reset.metadata)),
    ];
    Resource { kind: &RESETS, id: reset.public_id.clone(), attributes, linkage: Vec::new() }
}

/// What is shown of a customer.
#[derive(Debug)]
pub struct Customer<'a> {
    /// Ten letters.
    pub public_id: String,
    /// As registered.
    pub email: &'a str,
    /// Whether there is anything to sign in with.
    pub has_password: bool,
    /// UTC.
    pub created_at: chrono::NaiveDateTime,
    /// UTC.
    pub updated_at: chrono::NaiveDateTime,
}

/// Orders are not rekey's: their number is not known, and every customer is a prospect.
#[must_use]
pub fn customer(customer: &Customer<'_>) -> Resource {
    let attributes = vec![
        ("email", json!(customer.email)),
        ("status", json!("prospect")),
        ("has_password", json!(customer.has_password)),
        ("total_orders_count", Value::Null),
        ("created_at", time(customer.created_at)),
        ("updated_at", time(customer.updated_at)),
        ("reference", Value::Null),
        ("reference_origin", Value::Null),
        ("metadata", json!({})),
    ];
    Resource { kind: &CUSTOMERS, id: customer.public_id.clone(), attributes, linkage: Vec::new() }
}

/// An event.
#[must_use]
pub fn event(event: &Event) -> Resource {
    let attributes = vec![
        ("name", json!(event.name)),
        ("created_at", time(event.created_at)),
        ("updated_at", time(event.updated_at)),
        ("reference", Value::Null),
        ("reference_origin", Value::Null),
        ("metadata", json!({})),
    ];
    Resource { kind: &EVENTS, id: event.public_id.clone(), attributes, linkage: Vec::new() }
}

/// A line of history; real ones carry `{}` where others carry null.
#[must_use]
pub fn event_store(line: &EventStore) -> Resource {
    let attributes = vec![
        ("resource_type", json!(RESETS.name)),
        ("resource_id", json!(line.resource_id)),
        ("event", json!(line.event)),
        ("payload", parsed(&line.payload)),
        ("who", parsed(&line.who)),
        ("created_at", time(line.created_at)),
        ("updated_at", time(line.created_at)),
        ("reference", json!({})),
        ("reference_origin", json!({})),
        ("metadata", json!({})),
    ];
    Resource { kind: &EVENT_STORES, id: line.public_id(), attributes, linkage: Vec::new() }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({}))
}
