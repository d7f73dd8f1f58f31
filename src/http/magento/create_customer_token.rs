//! `POST /V1/integration/customer/token` (`CustomerTokenService::createCustomerAccessToken`).

use secrecy::SecretString;
use serde_json::Value;

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::service::sign_in::{Credentials, sign_in};

/// Reads `username` and `password`, and answers a bearer token as text.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let user_name = fields.text("username")?;
    let password = fields.text("password")?;
    fields.finish()?;
    refuse_empty(&[("username", &user_name), ("password", &password)])?;
    let credentials = Credentials {
        user_name,
        password: SecretString::from(password),
        website: context.shop.customer_website(context.store),
        any_website: context.shop.shares_accounts(context.store.id),
    };
    let token = sign_in(context.app, context.shop, credentials).await;
    token.map(Value::String).map_err(|fault| phrases::of_fault(context.app, fault))
}

/// Given but empty counts as missing, in white space too (Magento's `CredentialsValidator`).
fn refuse_empty(fields: &[(&'static str, &str)]) -> Result<(), Problem> {
    let empty: Vec<&str> = fields.iter().filter(|(_, value)| value.trim().is_empty()).map(|(name, _)| *name).collect();
    if empty.is_empty() { Ok(()) } else { Err(phrases::required(&empty)) }
}
