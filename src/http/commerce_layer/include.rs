//! Compound documents: the resources that `include` names, each once, and the linkage to them.

use serde_json::{Map, Value, json};

use super::Context;
use super::errors::Problems;
use super::query::Include;
use crate::domain::commerce_layer::reset::Reset;
use crate::json_api::resources::{self, Customer};
use crate::json_api::{self, Resource, View};
use crate::service::commerce_layer::{Account, customer_public_id, find};

/// Loads what belongs to some resets and links `primary`, their resources in the same order, to it.
pub async fn of_resets(
    context: &Context<'_>,
    resets: &[Reset],
    primary: &mut [Resource],
    tree: &Include,
) -> Result<Vec<Resource>, Problems> {
    let mut included = Vec::new();
    if let Some(branch) = tree.0.get("customer") {
        let mut ids: Vec<i64> = resets.iter().map(|reset| reset.customer_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = find::customers(context.app, ids).await?;
        for (reset, resource) in resets.iter().zip(primary.iter_mut()) {
            let account = accounts.iter().find(|account| account.entity_id == reset.customer_id);
            let linkage = account.map_or(Value::Null, |account| customer(context, account).identifier());
            resource.linkage.push(("customer", linkage));
        }
        included.extend(accounts.iter().map(|account| with_empty(customer(context, account), branch)));
    }
    if let Some(branch) = tree.0.get("events") {
        let events = find::events(context.app, resets.iter().map(|reset| reset.id).collect()).await?;
        for (reset, resource) in resets.iter().zip(primary.iter_mut()) {
            let own = events.iter().filter(|(row, _)| *row == reset.id);
            let linkage: Vec<Value> = own.map(|(_, event)| resources::event(event).identifier()).collect();
            resource.linkage.push(("events", Value::Array(linkage)));
        }
        included.extend(events.iter().map(|(_, event)| with_empty(resources::event(event), branch)));
    }
    Ok(included)
}

/// A customer as a resource.
pub fn customer(context: &Context<'_>, account: &Account) -> Resource {
    resources::customer(&Customer {
        public_id: customer_public_id(context.app, account.entity_id),
        email: account.email.as_deref().unwrap_or_default(),
        has_password: account.password_hash.is_some(),
        created_at: account.created_at,
        updated_at: account.updated_at,
    })
}

/// What belongs to customers and events is not rekey's: an included relationship is empty.
pub fn with_empty(mut resource: Resource, branch: &Include) -> Resource {
    for relationship in resource.kind.relationships.iter().filter(|one| branch.0.contains_key(one.name)) {
        let nothing = if relationship.many { json!([]) } else { Value::Null };
        resource.linkage.push((relationship.name, nothing));
    }
    resource
}

/// What a document is about.
pub enum Data<'a> {
    /// A resource, or nothing.
    One(Option<&'a Resource>),
    /// A list.
    Many(&'a [Resource]),
}

/// `{"data": …, "included": […]}`.
pub fn compound(context: &Context<'_>, data: &Data<'_>, included: &[Resource]) -> Result<Map<String, Value>, Problems> {
    let (fields, meta) =
        (context.query.fields()?, json_api::meta(&context.app.config.commerce_layer, &context.app.random_bytes()));
    let view = View { base: &context.base, meta: &meta, fields: &fields };
    let mut document = Map::new();
    let data = match data {
        Data::One(one) => one.map_or(Value::Null, |one| one.render(&view)),
        Data::Many(many) => many.iter().map(|one| one.render(&view)).collect(),
    };
    document.insert("data".into(), data);
    if !included.is_empty() {
        document.insert("included".into(), included.iter().map(|one| one.render(&view)).collect());
    }
    Ok(document)
}
