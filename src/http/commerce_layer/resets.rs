//! The operations on `customer_password_resets`.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::body::Sent;
use super::errors::{self, Problems};
use super::include::Data;
use super::query::{Include, links, listable};
use super::{Context, attributes, include};
use crate::domain::commerce_layer::listing::Page;
use crate::domain::commerce_layer::reset::Reset;
use crate::json_api::Resource;
use crate::json_api::resources;
use crate::json_api::types::RESETS;
use crate::service::commerce_layer::create_reset::create_reset;
use crate::service::commerce_layer::delete_reset::delete_reset;
use crate::service::commerce_layer::update_reset::update_reset;
use crate::service::commerce_layer::{find, readable_token};
use crate::service::shop;

/// `POST /api/customer_password_resets`
pub async fn create(context: &Context<'_>, sent: Sent) -> Result<Answer, Problems> {
    if sent.id.is_some() {
        return Err(errors::param_not_allowed("id").into());
    }
    let tree = context.query.include(&RESETS)?;
    context.query.fields()?;
    let new = attributes::new(&sent.attributes)?;
    let shop = shop::current(context.app).await?;
    let reset = create_reset(context.app, &shop, new, &context.caller.who()).await?;
    Ok(Answer::Created(document(context, &reset, true, &tree).await?))
}

/// `GET /api/customer_password_resets/:id`
pub async fn retrieve(context: &Context<'_>, id: String) -> Result<Answer, Problems> {
    let tree = context.query.include(&RESETS)?;
    context.query.fields()?;
    let reset = existing(context, id).await?;
    Ok(Answer::Document(document(context, &reset, true, &tree).await?))
}

/// `PATCH /api/customer_password_resets/:id`
///
/// A sales channel's credentials are in every browser: it is shown the token only after it has just
/// spent it, and nothing of the customer.
pub async fn update(context: &Context<'_>, id: String, sent: Sent) -> Result<Answer, Problems> {
    let tree = context.query.include(&RESETS)?;
    context.query.fields()?;
    if !context.caller.is_trusted() && !tree.0.is_empty() {
        return Err(errors::unauthorized().into());
    }
    match sent.id {
        None => return Err(errors::key_missing().into()),
        Some(sent) if sent != id => return Err(errors::key_not_in_url(&sent).into()),
        Some(_) => {}
    }
    let update = attributes::update(&sent.attributes)?;
    let shop = shop::current(context.app).await?;
    let updated = update_reset(context.app, &shop, id, update, &context.caller.who()).await?;
    let may_see = context.caller.is_trusted() || updated.spent;
    Ok(Answer::Document(document(context, &updated.reset, may_see, &tree).await?))
}

/// `DELETE /api/customer_password_resets/:id`
pub async fn delete(context: &Context<'_>, id: String) -> Result<Answer, Problems> {
    delete_reset(context.app, id, &context.caller.who()).await?;
    Ok(Answer::Nothing)
}

/// `GET /api/customer_password_resets`
pub async fn list(context: &Context<'_>) -> Result<Answer, Problems> {
    let tree = context.query.include(&RESETS)?;
    context.query.fields()?;
    let listing = context.query.listing(&listable::RESETS)?;
    let page = listing.page;
    let (resets, count) = find::resets(context.app, listing).await?;
    let mut primary: Vec<Resource> = resets.iter().map(|reset| shown(context, reset, true)).collect();
    let included = include::of_resets(context, &resets, &mut primary, &tree).await?;
    let url = format!("{}/api/{}", context.base, RESETS.name);
    let document = include::compound(context, &Data::Many(&primary), &included)?;
    Ok(paged(context, document, &url, page, count))
}

/// Adds counts and links to a list.
pub fn paged(context: &Context<'_>, mut document: Map<String, Value>, url: &str, page: Page, count: i64) -> Answer {
    let pages = count.unsigned_abs().div_ceil(page.size.unsigned_abs()).cast_signed();
    document.insert("meta".into(), json!({"record_count": count, "page_count": pages}));
    document.insert("links".into(), links(url, context.query.pairs(), page, pages));
    Answer::Document(Value::Object(document))
}

/// The reset with this public id.
pub async fn existing(context: &Context<'_>, id: String) -> Result<Reset, Problems> {
    Ok(find::reset(context.app, id).await?)
}

fn shown(context: &Context<'_>, reset: &Reset, with_token: bool) -> Resource {
    let token = if with_token { readable_token(context.app, &reset.token_sealed) } else { None };
    resources::reset(reset, token.as_deref())
}

async fn document(context: &Context<'_>, reset: &Reset, with_token: bool, tree: &Include) -> Result<Value, Problems> {
    let mut primary = vec![shown(context, reset, with_token)];
    let included = include::of_resets(context, std::slice::from_ref(reset), &mut primary, tree).await?;
    Ok(Value::Object(include::compound(context, &Data::One(primary.first()), &included)?))
}
