//! Whether a reset link still works (`AccountManagement::validateResetPasswordLinkToken`).

use super::Fault;
use super::reset_password::{check_token, find_by_token};
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::shop::Shop;
use crate::domain::token::ResetToken;
use crate::storage::token_holders;

/// Checks without consuming or extending, however often: mail scanners follow links.
///
/// * `customer`: whose token; none when the token alone decides.
///
/// # Errors
/// The first refusal in Magento's order; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn check_reset_token(app: &App, shop: &Shop, customer: Option<i64>, token: ResetToken) -> Result<(), Fault> {
    if token.is_blank() {
        return Err(Refusal::TokenRequired.into());
    }
    let found = match customer {
        Some(id) => {
            let digests = app.crypt_key.digests(&token);
            let found = app.storage.read(move |db| token_holders::by_id(db, id, &digests)).await?;
            found.ok_or(Refusal::UnknownCustomer)?
        }
        None => find_by_token(app, &token).await?,
    };
    check_token(app, shop, &found, &token)?;
    Ok(())
}
