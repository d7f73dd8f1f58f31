//! Finding and checking the token of a Commerce Layer reset, for either door.

use super::super::Fault;
use super::announcement;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::reset::Reset;
use crate::domain::crypt_key::CryptKey;
use crate::domain::token::ResetToken;
use crate::storage::customers::Account;
use crate::storage::reset_resources;
use crate::storage::resets::Held;

/// Finds the customer's reset with this token, ready to be spent.
///
/// # Errors
/// [`Refusal::TokenMismatched`], [`Refusal::TokenExpired`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn hold(app: &App, account: &Account, token: &ResetToken, who: &str) -> Result<Held, Fault> {
    let digests = app.crypt_key.digests(token);
    let reset = app.storage.read(move |db| reset_resources::by_digest(db, &digests)).await?;
    let reset = reset.filter(|reset| reset.customer_id == account.entity_id).ok_or(Refusal::TokenMismatched)?;
    check(app, account, &reset)?;
    Ok(held(app, account, reset, who))
}

/// A reset that [`check`] let pass, ready to be spent.
pub(super) fn held(app: &App, account: &Account, reset: Reset, who: &str) -> Held {
    Held::Resource {
        reset: Box::new(reset),
        replaces: account.password_hash.clone(),
        announcement: announcement(app, who),
    }
}

/// Whether the token was never spent and the password is still the one that it was issued for.
pub fn is_live(key: &CryptKey, account: &Account, reset: &Reset) -> bool {
    reset.reset_password_at.is_none() && reset.password_mark == key.password_mark(account.password_hash.as_deref())
}

/// Spent, or issued for a password that is no more: as if the token had never been. Too old: said so.
pub(super) fn check(app: &App, account: &Account, reset: &Reset) -> Result<(), Refusal> {
    if !is_live(&app.crypt_key, account, reset) {
        return Err(Refusal::TokenMismatched);
    }
    if reset.is_expired(app.clock.now_millis()) {
        return Err(Refusal::TokenExpired);
    }
    Ok(())
}
