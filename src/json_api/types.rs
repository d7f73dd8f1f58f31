//! The resource types: which attributes and relationships each has.

/// A resource type.
#[derive(Debug)]
pub struct Type {
    /// As `type` and in paths.
    pub name: &'static str,
    /// In the order of the documents.
    pub attributes: &'static [&'static str],
    /// In the order of the documents.
    pub relationships: &'static [Relationship],
}

/// A relationship of a type.
#[derive(Debug)]
pub struct Relationship {
    /// As in the document and in paths.
    pub name: &'static str,
    /// Whether it leads to a list.
    pub many: bool,
    /// Where it leads, for types that rekey knows; else it is always empty.
    pub target: Option<&'static Type>,
    /// Whether `include` may name it.
    pub includable: bool,
}

const fn one(name: &'static str, target: Option<&'static Type>) -> Relationship {
    Relationship { name, many: false, target, includable: true }
}

const fn many(name: &'static str, target: Option<&'static Type>) -> Relationship {
    Relationship { name, many: true, target, includable: true }
}

/// Event stores have no counts and cannot be included.
const HISTORY: Relationship =
    Relationship { name: "event_stores", many: true, target: Some(&EVENT_STORES), includable: false };

/// Password resets.
pub static RESETS: Type = Type {
    name: "customer_password_resets",
    attributes: &[
        "customer_email",
        "reset_password_token",
        "reset_password_at",
        "created_at",
        "updated_at",
        "reference",
        "reference_origin",
        "metadata",
    ],
    relationships: &[one("customer", Some(&CUSTOMERS)), many("events", Some(&EVENTS)), HISTORY],
};

/// Customers, as recorded answers of 2022 to 2024 have them.
pub static CUSTOMERS: Type = Type {
    name: "customers",
    attributes: &[
        "email",
        "status",
        "has_password",
        "total_orders_count",
        "created_at",
        "updated_at",
        "reference",
        "reference_origin",
        "metadata",
    ],
    relationships: &[
        one("customer_group", None),
        many("customer_addresses", None),
        many("customer_payment_sources", None),
        many("customer_subscriptions", None),
        many("orders", None),
        many("order_subscriptions", None),
        many("returns", None),
        many("sku_lists", None),
        many("attachments", None),
        many("events", Some(&EVENTS)),
        many("tags", None),
        HISTORY,
        one("jwt_customer", None),
        many("jwt_markets", None),
        many("jwt_stock_locations", None),
    ],
};

/// Events.
pub static EVENTS: Type = Type {
    name: "events",
    attributes: &["name", "created_at", "updated_at", "reference", "reference_origin", "metadata"],
    relationships: &[many("webhooks", None), many("last_event_callbacks", None), HISTORY],
};

/// Lines of history.
pub static EVENT_STORES: Type = Type {
    name: "event_stores",
    attributes: &[
        "resource_type",
        "resource_id",
        "event",
        "payload",
        "who",
        "created_at",
        "updated_at",
        "reference",
        "reference_origin",
        "metadata",
    ],
    relationships: &[],
};

/// All types.
pub static ALL: [&Type; 4] = [&RESETS, &CUSTOMERS, &EVENTS, &EVENT_STORES];

/// The type with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Type> {
    ALL.into_iter().find(|one| one.name == name)
}

impl Type {
    /// The relationship with this name.
    #[must_use]
    pub fn relationship(&self, name: &str) -> Option<&'static Relationship> {
        self.relationships.iter().find(|one| one.name == name)
    }

    /// Whether `fields` may name it: attributes, relationships and the id.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        name == "id" || self.attributes.contains(&name) || self.relationship(name).is_some()
    }
}
