//! `POST /V1/integration/customer/revoke-customer-token` (`CustomerTokenService::revokeCustomerAccessToken`).

use serde_json::Value;

use super::Context;
use super::envelope::Problem;
use super::phrases;
use crate::service::revoke_tokens::revoke_tokens;

/// Signs the caller out everywhere and answers `true`.
pub async fn handle(context: &Context<'_>, customer: i64) -> Result<Value, Problem> {
    let revoked = revoke_tokens(context.app, customer).await;
    revoked.map(|()| Value::Bool(true)).map_err(|fault| phrases::of_fault(context.app, fault))
}
