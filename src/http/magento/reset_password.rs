//! `POST /V1/customers/resetPassword` (`AccountManagement::resetPassword`).

use secrecy::SecretString;
use serde_json::{Value, json};

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::config::values::EmptyEmail;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::domain::token::ResetToken;
use crate::service::Fault;
use crate::service::reset_password::{Request, Whom, reset_password};

/// Reads `email`, `resetToken` and `newPassword`, and answers `true`.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let email = fields.text("email")?;
    let token = fields.text("resetToken")?;
    let password = fields.text("newPassword")?;
    fields.finish()?;
    let whom = whom(context, &email)?;
    let request = Request { whom, token: ResetToken::new(token.clone()), password: SecretString::from(password) };
    match reset_password(context.app, context.shop, request).await {
        Ok(()) => Ok(Value::Bool(true)),
        // What a known email would be told.
        Err(Fault::Refused(Refusal::UnknownEmail { .. })) if context.app.config.magento.hide_accounts => {
            let blank = ResetToken::new(token).is_blank();
            Err(phrases::of_refusal(if blank { &Refusal::TokenRequired } else { &Refusal::TokenMismatched }))
        }
        Err(Fault::Refused(Refusal::UnknownEmail { website })) => {
            Err(phrases::unknown_email(&email, &json!(website.to_string())))
        }
        Err(Fault::Refused(Refusal::UnknownToken)) => Err(phrases::unknown_token(&token)),
        Err(fault) => Err(phrases::of_fault(context.app, fault)),
    }
}

/// Magento's documentation promises that an empty email is matched by the token; Magento dropped
/// that in 2.4.3-p2 (magento/magento2#35726). PHP takes "0" for empty, too.
fn whom(context: &Context<'_>, email: &str) -> Result<Whom, Problem> {
    if !matches!(email, "" | "0") {
        return Ok(Whom::Email {
            email: Email::new(email),
            website: context.shop.customer_website(context.store),
            any_website: context.shop.shares_accounts(context.store.id),
        });
    }
    match context.app.config.magento.empty_email {
        EmptyEmail::MatchToken => Ok(Whom::TokenAlone),
        EmptyEmail::Refuse => Err(phrases::of_refusal(&Refusal::EmailRequired)),
    }
}
