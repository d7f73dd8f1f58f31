//! What resets link to: customers, events, histories; and the links themselves.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::errors::{self, Problems};
use super::include::Data;
use super::query::listable;
use super::{Context, include, resets};
use crate::domain::commerce_layer::event::EventStore;
use crate::domain::commerce_layer::listing::Page;
use crate::json_api::resource::self_link;
use crate::json_api::types::{CUSTOMERS, EVENTS, RESETS, Relationship, Type};
use crate::json_api::{Resource, resources};
use crate::service::commerce_layer::find;

/// `GET /api/customer_password_resets/:id/:name`
pub async fn of_reset(context: &Context<'_>, id: String, name: &str) -> Result<Answer, Problems> {
    let reset = resets::existing(context, id).await?;
    match name {
        "customer" => {
            let account = find::customers(context.app, vec![reset.customer_id]).await?.pop();
            single(context, account.map(|account| include::customer(context, &account)))
        }
        "events" => {
            let listing = context.query.listing(&listable::EVENTS)?;
            let page = listing.page;
            let (events, count) = find::reset_events(context.app, reset.id, listing).await?;
            let url = format!("{}/events", self_link(&context.base, &RESETS, &reset.public_id));
            list(context, &EVENTS, &url, events.iter().map(resources::event).collect(), (page, count))
        }
        "event_stores" => {
            let cursor = context.query.cursor()?;
            let history = find::history(context.app, reset.id, cursor.after, cursor.descending, cursor.size).await?;
            let url = format!("{}/event_stores", self_link(&context.base, &RESETS, &reset.public_id));
            history_page(context, &url, &history, cursor.size)
        }
        _ => Err(errors::not_found().into()),
    }
}

/// `GET /api/customers`
pub async fn customers(context: &Context<'_>) -> Result<Answer, Problems> {
    let listing = context.query.listing(&listable::CUSTOMERS)?;
    let page = listing.page;
    let (accounts, count) = find::customer_list(context.app, listing).await?;
    let url = format!("{}/api/{}", context.base, CUSTOMERS.name);
    let shown = accounts.iter().map(|account| include::customer(context, account)).collect();
    list(context, &CUSTOMERS, &url, shown, (page, count))
}

/// `GET /api/customers/:id`
pub async fn customer(context: &Context<'_>, id: &str) -> Result<Answer, Problems> {
    let account = find::customer(context.app, id).await?;
    single(context, Some(include::customer(context, &account)))
}

/// `GET /api/customers/:id/:name`: nothing of it is rekey's.
pub async fn of_customer(context: &Context<'_>, id: &str, name: &str) -> Result<Answer, Problems> {
    find::customer(context.app, id).await?;
    empty(context, &CUSTOMERS, id, name)
}

/// `GET /api/events/:id`
pub async fn event(context: &Context<'_>, id: String) -> Result<Answer, Problems> {
    let event = find::event(context.app, id).await?;
    single(context, Some(resources::event(&event)))
}

/// `GET /api/events/:id/:name`: callbacks and their webhooks are not resources here.
pub async fn of_event(context: &Context<'_>, id: String, name: &str) -> Result<Answer, Problems> {
    find::event(context.app, id.clone()).await?;
    empty(context, &EVENTS, &id, name)
}

/// `GET /api/event_stores/:id`
pub async fn event_store(context: &Context<'_>, id: &str) -> Result<Answer, Problems> {
    let line = find::event_store(context.app, id).await?;
    single(context, Some(resources::event_store(&line)))
}

/// `GET …/:id/relationships/:name`
pub async fn linkage(context: &Context<'_>, kind: &'static Type, id: String, name: &str) -> Result<Answer, Problems> {
    let relationship = kind.relationship(name).ok_or_else(errors::not_found)?;
    let own = self_link(&context.base, kind, &id);
    let data = if kind.name == RESETS.name {
        reset_linkage(context, id, name).await?
    } else {
        find::customer(context.app, &id).await?;
        nothing(relationship)
    };
    let links = json!({"self": format!("{own}/relationships/{name}"), "related": format!("{own}/{name}")});
    Ok(Answer::Document(json!({"links": links, "data": data})))
}

async fn reset_linkage(context: &Context<'_>, id: String, name: &str) -> Result<Value, Problems> {
    let reset = resets::existing(context, id).await?;
    Ok(match name {
        "customer" => {
            let account = find::customers(context.app, vec![reset.customer_id]).await?.pop();
            account.map_or(Value::Null, |account| include::customer(context, &account).identifier())
        }
        "events" => {
            let events = find::events(context.app, vec![reset.id]).await?;
            events.iter().map(|(_, event)| resources::event(event).identifier()).collect()
        }
        _ => {
            let (lines, _) = find::history(context.app, reset.id, None, false, Page::MAX).await?;
            lines.iter().map(|line| resources::event_store(line).identifier()).collect()
        }
    })
}

fn nothing(relationship: &Relationship) -> Value {
    if relationship.many { json!([]) } else { Value::Null }
}

fn single(context: &Context<'_>, resource: Option<Resource>) -> Result<Answer, Problems> {
    let tree = resource.as_ref().map(|one| context.query.include(one.kind)).transpose()?.unwrap_or_default();
    let resource = resource.map(|one| include::with_empty(one, &tree));
    let document = include::compound(context, &Data::One(resource.as_ref()), &[])?;
    Ok(Answer::Document(Value::Object(document)))
}

fn list(
    context: &Context<'_>,
    kind: &'static Type,
    url: &str,
    resources: Vec<Resource>,
    (page, count): (Page, i64),
) -> Result<Answer, Problems> {
    let tree = context.query.include(kind)?;
    let shown: Vec<Resource> = resources.into_iter().map(|one| include::with_empty(one, &tree)).collect();
    let document = include::compound(context, &Data::Many(&shown), &[])?;
    Ok(resets::paged(context, document, url, page, count))
}

/// A history has no counts and goes forward only: `links.next` holds the cursor.
fn history_page(
    context: &Context<'_>,
    url: &str,
    (lines, more): &(Vec<EventStore>, bool),
    size: i64,
) -> Result<Answer, Problems> {
    let shown: Vec<Resource> = lines.iter().map(resources::event_store).collect();
    let mut document = include::compound(context, &Data::Many(&shown), &[])?;
    let mut next = Map::new();
    if let Some(last) = lines.last().filter(|_| *more) {
        let link = format!("{url}?page[after]={}&page[size]={size}", last.public_id());
        next.insert("next".into(), Value::String(link));
    }
    document.insert("meta".into(), json!({}));
    document.insert("links".into(), Value::Object(next));
    Ok(Answer::Document(Value::Object(document)))
}

fn empty(context: &Context<'_>, kind: &Type, id: &str, name: &str) -> Result<Answer, Problems> {
    let relationship = kind.relationship(name).ok_or_else(errors::not_found)?;
    let url = format!("{}/{name}", self_link(&context.base, kind, id));
    match (relationship.many, name) {
        (false, _) => Ok(Answer::Document(json!({"data": null}))),
        (true, "event_stores") => Ok(Answer::Document(json!({"data": [], "meta": {}, "links": {}}))),
        (true, _) => {
            let document = include::compound(context, &Data::Many(&[]), &[])?;
            Ok(resets::paged(context, document, &url, Page::default(), 0))
        }
    }
}
