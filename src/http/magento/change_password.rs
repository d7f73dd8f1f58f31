//! `PUT /V1/customers/me/password` (`AccountManagement::changePasswordById`).

use secrecy::SecretString;
use serde_json::Value;

use super::Context;
use super::envelope::Problem;
use super::params::{Fields, Params};
use super::phrases;
use crate::service::change_password::change_password;

/// Reads `currentPassword` and `newPassword`, and answers `true`. Whose password is decided by the
/// bearer token alone, whatever `customerId` a client sends.
pub async fn handle(context: &Context<'_>, params: &Params, customer: i64) -> Result<Value, Problem> {
    let mut fields = Fields::of(params);
    let current = SecretString::from(fields.text("currentPassword")?);
    let new = SecretString::from(fields.text("newPassword")?);
    fields.finish()?;
    let changed = change_password(context.app, context.shop, customer, current, new).await;
    changed.map(|()| Value::Bool(true)).map_err(|fault| phrases::of_fault(context.app, fault))
}
