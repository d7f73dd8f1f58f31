//! Signing a customer out everywhere (`CustomerTokenService::revokeCustomerAccessToken`).

use super::Fault;
use crate::app::App;
use crate::storage::tokens;

/// Revokes every JWT of the customer that was issued until now. Opaque tokens stay, as in Magento,
/// whose revoker of JWTs is the active one.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn revoke_tokens(app: &App, customer: i64) -> Result<(), Fault> {
    let now = app.now().and_utc().timestamp();
    Ok(app.storage.write(move |db| tokens::revoke(db, customer, now)).await?)
}
