//! `PUT /V1/customers/password` (`AccountManagement::initiatePasswordReset`).

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::domain::Refusal;
use crate::domain::email::Email;
use crate::domain::letter::LetterKind;
use crate::service::Fault;
use crate::service::initiate_password_reset::{Request, initiate_password_reset};

/// With hidden accounts every answer takes at least as long: more than any of the two ways costs.
const HIDDEN_TIME: Duration = Duration::from_millis(100);

/// No website has this id.
const NO_WEBSITE: i32 = -1;

/// Reads `email`, `template` and an optional `websiteId`, and answers `true`.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let email = fields.text("email")?;
    let template = fields.text("template")?;
    let sent_website = fields.optional_int("websiteId")?;
    fields.finish()?;
    let website = sent_website.map_or(context.store.website, |id| i32::try_from(id).unwrap_or(NO_WEBSITE));
    let request = Request { email: Email::new(&email), template: kind(&template), website, address: context.address };
    let hides = context.app.config.magento.hide_accounts;
    let begun = Instant::now();
    let outcome = initiate_password_reset(context.app, context.shop, context.store, request).await;
    if hides {
        // A known email costs a few statements more than an unknown one.
        tokio::time::sleep(HIDDEN_TIME.saturating_sub(begun.elapsed())).await;
    }
    match outcome {
        Ok(()) => Ok(Value::Bool(true)),
        // What a known email would be told.
        Err(Fault::Refused(Refusal::UnknownEmail { .. })) if hides => match kind(&template) {
            Some(_) => Ok(Value::Bool(true)),
            None => Err(phrases::unknown_template(&template)),
        },
        Err(Fault::Refused(Refusal::UnknownEmail { website })) => {
            // A number when the client sent it, text when it is the store's.
            let website = sent_website.map_or_else(|| json!(website.to_string()), |id| json!(id));
            Err(phrases::unknown_email(&email, &website))
        }
        Err(Fault::Refused(Refusal::UnknownTemplate)) => Err(phrases::unknown_template(&template)),
        Err(fault) => Err(phrases::of_fault(context.app, fault)),
    }
}

fn kind(template: &str) -> Option<LetterKind> {
    match template {
        "email_reset" => Some(LetterKind::PasswordReset),
        "email_reminder" => Some(LetterKind::PasswordReminder),
        _ => None,
    }
}
