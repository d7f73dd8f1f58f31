//! `POST /V1/customers/isEmailAvailable` (`AccountManagement::isEmailAvailable`).

use serde_json::Value;

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::domain::email::Email;
use crate::service::email_availability::is_email_available;

/// Reads `customerEmail` and an optional `websiteId`, and answers whether the email is free.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let email = Email::new(fields.text("customerEmail")?);
    let website = fields.optional_int("websiteId")?.unwrap_or_else(|| i64::from(context.store.website));
    fields.finish()?;
    let free = is_email_available(context.app, context.shop, email, website, context.store.id).await;
    free.map(Value::Bool).map_err(|fault| phrases::of_fault(context.app, fault))
}
