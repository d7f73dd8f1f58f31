//! What each list can be filtered and sorted by.

use crate::domain::commerce_layer::listing::{Column, SortKey};
use crate::json_api::types::{self, Type};

/// A type that comes in lists.
pub struct Listable {
    /// The type.
    pub kind: &'static Type,
    /// The attribute with this name, under `filter[q]`.
    pub column: fn(&str) -> Option<Column>,
    /// The name with which `sort` means this.
    pub sort_key: fn(&str) -> Option<SortKey>,
}

/// Resets.
pub static RESETS: Listable = Listable { kind: &types::RESETS, column: reset_column, sort_key: reset_key };

/// Events.
pub static EVENTS: Listable = Listable { kind: &types::EVENTS, column: event_column, sort_key: event_key };

/// Customers.
pub static CUSTOMERS: Listable = Listable { kind: &types::CUSTOMERS, column: customer_column, sort_key: customer_key };

/// `customer_email` and `customer_id` read as the relationship `customer` and an attribute of it.
fn reset_column(name: &str) -> Option<Column> {
    match name {
        "id" => Some(Column::Id),
        "reset_password_token" => Some(Column::Token),
        "reset_password_at" => Some(Column::ResetPasswordAt),
        "customer_email" => Some(Column::Email),
        "customer_id" => Some(Column::CustomerId),
        "events_id" => Some(Column::EventId),
        _ => common_column(name),
    }
}

fn event_column(name: &str) -> Option<Column> {
    match name {
        "id" => Some(Column::Id),
        "name" => Some(Column::Name),
        _ => common_column(name),
    }
}

fn customer_column(name: &str) -> Option<Column> {
    match name {
        "id" => Some(Column::CustomerId),
        "email" => Some(Column::Email),
        _ => common_column(name),
    }
}

fn common_column(name: &str) -> Option<Column> {
    Some(match name {
        "created_at" => Column::CreatedAt,
        "updated_at" => Column::UpdatedAt,
        "reference" => Column::Reference,
        "reference_origin" => Column::ReferenceOrigin,
        "metadata" => Column::Metadata,
        _ => return None,
    })
}

fn reset_key(name: &str) -> Option<SortKey> {
    match name {
        "customer" | "customer.id" => Some(SortKey::Customer),
        _ => common_key(name),
    }
}

fn event_key(name: &str) -> Option<SortKey> {
    if name == "name" { Some(SortKey::Name) } else { common_key(name) }
}

fn customer_key(name: &str) -> Option<SortKey> {
    if name == "email" { Some(SortKey::Email) } else { common_key(name) }
}

fn common_key(name: &str) -> Option<SortKey> {
    Some(match name {
        "id" => SortKey::Id,
        "created_at" => SortKey::CreatedAt,
        "updated_at" => SortKey::UpdatedAt,
        "reference" => SortKey::Reference,
        "reference_origin" => SortKey::ReferenceOrigin,
        _ => return None,
    })
}
