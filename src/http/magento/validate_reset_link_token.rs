//! `GET /V1/customers/:customerId/password/resetLinkToken/:resetPasswordLinkToken`
//! (`AccountManagement::validateResetPasswordLinkToken`).

use serde_json::Value;

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::config::values::EmptyEmail;
use crate::domain::Refusal;
use crate::domain::token::ResetToken;
use crate::service::Fault;
use crate::service::check_reset_token::check_reset_token;

/// Answers `true` for a token that works; nothing changes by asking.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let id = fields.int("customerId")?;
    let token = fields.text("resetPasswordLinkToken")?;
    fields.finish()?;
    let customer = customer(context, id)?;
    match check_reset_token(context.app, context.shop, customer, ResetToken::new(token.clone())).await {
        Ok(()) => Ok(Value::Bool(true)),
        Err(Fault::Refused(Refusal::UnknownCustomer)) => Err(phrases::no_such_customer(id)),
        Err(Fault::Refused(Refusal::UnknownToken)) => Err(phrases::unknown_token(&token)),
        Err(fault) => Err(phrases::of_fault(context.app, fault)),
    }
}

/// An id of 0 means "by token alone" in Magento's documentation (magento/magento2#24245); since
/// 2.4.3-p2 Magento refuses it.
fn customer(context: &Context<'_>, id: i64) -> Result<Option<i64>, Problem> {
    match (id, context.app.config.magento.empty_email) {
        (0, EmptyEmail::MatchToken) => Ok(None),
        (0, EmptyEmail::Refuse) => Err(phrases::invalid_customer_id(id)),
        (id, _) => Ok(Some(id)),
    }
}
