//! The definitions, under the names of Magento's schema, with what rekey really takes and sends.
//!
//! Magento publishes error parameters as a list of objects. They are an object for named
//! placeholders and a list for positional ones; the definition says so.

use serde_json::{Map, Value, json};

use crate::http::api::Dialect;

/// A customer.
pub const CUSTOMER: &str = "customer-data-customer-interface";
/// What every refusal looks like.
pub const ERROR: &str = "error-response";
/// What an asynchronous call is answered with.
pub const ACCEPTED: &str = "asynchronous-operations-data-async-response-interface";

const ERRORS: &str = "error-errors";
const ERRORS_ITEM: &str = "error-errors-item";
const PARAMETERS: &str = "error-parameters";
const ADDRESS: &str = "customer-data-address-interface";
const EXTENSION: &str = "customer-data-customer-extension-interface";
const ITEM_STATUS: &str = "asynchronous-operations-data-item-status-interface";

/// All of them.
pub fn all(dialect: Dialect) -> Map<String, Value> {
    [
        (ERROR, error(dialect)),
        (ERRORS, json!({"type": "array", "description": "Several mistakes at once", "items": dialect.reference(ERRORS_ITEM)})),
        (ERRORS_ITEM, errors_item(dialect)),
        (PARAMETERS, parameters(dialect)),
        (CUSTOMER, customer(dialect)),
        (ADDRESS, json!({"type": "object", "description": "rekey keeps no addresses: lists of them are empty"})),
        (EXTENSION, extension()),
        (ACCEPTED, accepted(dialect)),
        (ITEM_STATUS, item_status()),
    ]
    .into_iter()
    .map(|(name, definition)| (name.to_owned(), definition))
    .collect()
}

/// Only what is referred to, directly or through another definition.
pub fn used(dialect: Dialect, document: &Value) -> Map<String, Value> {
    let all = all(dialect);
    let mut text = document.to_string();
    let mut used = Map::new();
    loop {
        let is_new = |name: &str, text: &str| !used.contains_key(name) && text.contains(&format!("/{name}\""));
        let Some((name, definition)) = all.iter().find(|(name, _)| is_new(name, &text)) else { return used };
        text.push_str(&definition.to_string());
        used.insert(name.clone(), definition.clone());
    }
}

fn error(dialect: Dialect) -> Value {
    json!({
        "type": "object",
        "required": ["message"],
        "properties": {
            "message": {
                "type": "string",
                "description": "What is wrong. Placeholders as %fieldName or %1 stand for values of `parameters`",
            },
            "errors": dialect.reference(ERRORS),
            "parameters": dialect.reference(PARAMETERS),
            "trace": {"type": "string", "description": "What led here; in developer mode only"},
        },
        "example": {
            "message": "\"%fieldName\" is required. Enter and try again.",
            "parameters": {"fieldName": "email"},
        },
    })
}

fn errors_item(dialect: Dialect) -> Value {
    json!({
        "type": "object",
        "required": ["message", "parameters"],
        "properties": {
            "message": {"type": "string", "description": "One mistake"},
            "parameters": dialect.reference(PARAMETERS),
        },
    })
}

/// Swagger 2.0 has no "either": there it is a value of any type.
fn parameters(dialect: Dialect) -> Value {
    let description = "The values of the message's placeholders: an object by name, or a list by position";
    match dialect {
        Dialect::Swagger => json!({"description": description}),
        Dialect::OpenApi => {
            let value = json!({"type": ["string", "integer"]});
            json!({"description": description, "oneOf": [
                {"type": "object", "additionalProperties": value},
                {"type": "array", "items": value},
            ]})
        }
    }
}

fn customer(dialect: Dialect) -> Value {
    let text = || json!({"type": "string"});
    let int = || json!({"type": "integer"});
    json!({
        "type": "object",
        "description": "A customer. Values that are not set are left out",
        "required": ["email", "firstname", "lastname"],
        "properties": {
            "id": int(),
            "group_id": int(),
            "default_billing": text(),
            "default_shipping": text(),
            "created_at": {"type": "string", "description": "YYYY-MM-DD hh:mm:ss, UTC"},
            "updated_at": {"type": "string", "description": "YYYY-MM-DD hh:mm:ss, UTC"},
            "created_in": {"type": "string", "description": "A store's name"},
            "dob": {"type": "string", "description": "Birthday, YYYY-MM-DD"},
            "email": text(),
            "firstname": text(),
            "lastname": text(),
            "middlename": text(),
            "prefix": text(),
            "suffix": text(),
            "gender": int(),
            "store_id": int(),
            "taxvat": text(),
            "website_id": int(),
            "addresses": {"type": "array", "items": dialect.reference(ADDRESS)},
            "disable_auto_group_change": int(),
            "extension_attributes": dialect.reference(EXTENSION),
        },
    })
}

fn extension() -> Value {
    json!({
        "type": "object",
        "properties": {"is_subscribed": {"type": "boolean", "description": "Whether the newsletter is subscribed to"}},
    })
}

fn accepted(dialect: Dialect) -> Value {
    json!({
        "type": "object",
        "required": ["bulk_uuid", "request_items", "errors"],
        "properties": {
            "bulk_uuid": {"type": "string", "description": "The id of all calls of this request"},
            "request_items": {"type": "array", "items": dialect.reference(ITEM_STATUS)},
            "errors": {"type": "boolean", "description": "Whether a call was not accepted"},
        },
    })
}

fn item_status() -> Value {
    json!({
        "type": "object",
        "required": ["id", "data_hash", "status"],
        "properties": {
            "id": {"type": "integer", "description": "The call's position in the request"},
            "data_hash": {"type": "string"},
            "status": {"type": "string", "enum": ["accepted"]},
        },
    })
}

/// A customer as answers show one.
pub fn customer_example() -> Value {
    json!({
        "id": 42, "group_id": 1, "created_at": "2026-01-02 03:04:05", "updated_at": "2026-01-02 03:04:05",
        "created_in": "Default Store View", "email": "ada@example.com", "firstname": "Ada", "lastname": "Lovelace",
        "store_id": 1, "website_id": 1, "addresses": [], "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": false},
    })
}

/// An accepted call.
pub fn accepted_example() -> Value {
    json!({
        "bulk_uuid": "7d6a4a3e-5a36-4b8c-9a57-1f6d1a0c2b3e",
        "request_items": [{"id": 0, "data_hash": "4b227777d4dd1fc61c6f884f48641d02", "status": "accepted"}],
        "errors": false,
    })
}
