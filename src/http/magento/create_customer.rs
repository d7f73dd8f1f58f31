//! `POST /V1/customers` (`AccountManagementApi::createAccount`).

use chrono::NaiveDate;
use secrecy::SecretString;
use serde_json::Value;

use super::Context;
use super::customer_document::document;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::domain::Refusal;
use crate::service::create_account::{Request, create_account};
use crate::service::profile::profile;

/// Reads `customer` and an optional `password`, and answers the customer.
pub async fn handle(context: &Context<'_>, params: &Params) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let customer = fields.object("customer")?;
    let password = fields.optional_text("password")?.map(SecretString::from);
    fields.finish()?;
    let request = read(&Fields::of(&customer), password)?;
    let created = create_account(context.app, context.shop, context.store, request).await;
    let id = created.map_err(|fault| phrases::of_fault(context.app, fault))?;
    match profile(context.app, id).await {
        Ok((profile, subscribed)) => Ok(document(&profile, subscribed)),
        Err(fault) => Err(phrases::of_fault(context.app, fault)),
    }
}

fn read(fields: &Fields<'_>, password: Option<SecretString>) -> Result<Request, Problem> {
    if fields.optional_int("groupId")?.is_some() {
        return Err(phrases::of_refusal(&Refusal::GroupNotAllowed));
    }
    let dob = fields.optional_text("dob")?.and_then(|day| NaiveDate::parse_from_str(day.get(..10)?, "%Y-%m-%d").ok());
    Ok(Request {
        email: fields.optional_text("email")?,
        password,
        first_name: fields.optional_text("firstname")?.unwrap_or_default(),
        middle_name: fields.optional_text("middlename")?,
        last_name: fields.optional_text("lastname")?.unwrap_or_default(),
        prefix: fields.optional_text("prefix")?,
        suffix: fields.optional_text("suffix")?,
        dob,
        taxvat: fields.optional_text("taxvat")?,
        gender: fields.optional_int("gender")?.and_then(|option| i32::try_from(option).ok()),
        website: fields.optional_int("websiteId")?,
        store: fields.optional_int("storeId")?,
    })
}
