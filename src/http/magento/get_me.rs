//! `GET /V1/customers/me` (`CustomerRepository::getById` for the caller).

use serde_json::Value;

use super::Context;
use super::customer_document::document;
use super::envelope::Problem;
use super::phrases;
use crate::service::profile::profile;

/// Answers the caller's own account.
pub async fn handle(context: &Context<'_>, customer: i64) -> Result<Value, Problem> {
    match profile(context.app, customer).await {
        Ok((profile, subscribed)) => Ok(document(&profile, subscribed)),
        Err(fault) => Err(phrases::of_fault(context.app, fault)),
    }
}
