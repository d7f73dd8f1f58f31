//! Checking the token of a Commerce Layer reset, for either door.

use super::announcement;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::reset::Reset;
use crate::domain::crypt_key::CryptKey;
use crate::storage::reset_resources::Edit;
use crate::storage::resets::Held;
use crate::storage::token_holders::Found;

/// The reset that was found with its customer, ready to be spent.
///
/// # Errors
/// [`Refusal::TokenMismatched`], also where none was found; [`Refusal::TokenExpired`].
pub fn hold(app: &App, found: &Found, who: &str) -> Result<Held, Refusal> {
    let hash = found.holder.password_hash.as_deref();
    let reset = found.reset.as_ref().ok_or(Refusal::TokenMismatched)?;
    check(app, hash, reset)?;
    Ok(held(app, hash, reset.clone(), Edit::default(), who))
}

/// A reset that [`check`] let pass, ready to be spent.
///
/// * `replaces`: the customer's stored password hash.
/// * `edit`: what else is changed of the reset.
pub(super) fn held(app: &App, replaces: Option<&str>, reset: Reset, edit: Edit, who: &str) -> Held {
    Held::Resource {
        reset: Box::new(reset),
        replaces: replaces.map(str::to_owned),
        edit,
        announcement: announcement(app, who),
    }
}

/// Whether the token was never spent and the stored password hash is still the one that it was issued
/// for.
pub fn is_live(key: &CryptKey, hash: Option<&str>, reset: &Reset) -> bool {
    reset.reset_password_at.is_none() && reset.password_mark == key.password_mark(hash)
}

/// Spent, or issued for a password that is no more: as if the token had never been. Too old: said so.
pub(super) fn check(app: &App, hash: Option<&str>, reset: &Reset) -> Result<(), Refusal> {
    if !is_live(&app.crypt_key, hash, reset) {
        return Err(Refusal::TokenMismatched);
    }
    if reset.is_expired(app.clock.now_millis()) {
        return Err(Refusal::TokenExpired);
    }
    Ok(())
}
