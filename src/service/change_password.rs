//! Changing a password with the current one (`AccountManagement::changePasswordById`).

use secrecy::{ExposeSecret, SecretString};

use super::letters::password_changed;
use super::{Fault, mail};
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::shop::Shop;
use crate::domain::token::LENGTH;
use crate::hashing::Door;
use crate::storage::customers::{self, Account};
use crate::storage::sign_in::{self, PasswordChange};

/// Authenticates, checks the new password, writes it. The right password is accepted even while the
/// account is locked, and failures stay counted, as in Magento.
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::Locked`], the broken rule; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn change_password(
    app: &App,
    shop: &Shop,
    customer: i64,
    current: SecretString,
    new: SecretString,
) -> Result<(), Fault> {
    let place = app.hasher.admit(Door::Magento)?;
    let account = app.storage.read(move |db| customers::by_id(db, customer)).await?;
    let account = account.ok_or(Refusal::UnknownCustomer)?;
    let old_hash = account.password_hash.clone().unwrap_or_default();
    if !app.hasher.verify(place, old_hash.clone(), current).await? {
        return Err(refuse(app, shop, &account).await?.into());
    }
    shop.password_policy().check(new.expose_secret(), account.email.as_deref().unwrap_or_default())?;
    let new_hash = app.hasher.hash(app.hasher.admit(Door::Magento)?, new, app.random_text(LENGTH)).await?;
    let notice = password_changed(app, shop, customer).await?;
    let change = PasswordChange { customer_id: customer, old_hash, new_hash, now: app.now(), notice };
    let (settled, told) = (change.clone(), change.notice.is_some());
    let written = app.storage.write_settled(
        move |db| sign_in::change_password(db, &change),
        move |db| {
            let ours = crate::storage::resets::is_current_hash(db, settled.customer_id, &settled.new_hash)?;
            Ok(ours.then_some(true))
        },
    );
    // False: somebody else changed it since it was checked.
    if !written.await? {
        return Err(Refusal::WrongPassword.into());
    }
    if told {
        mail::wake(app);
    }
    Ok(())
}

/// Counts the failure. The attempt that locks the account is still told that the password is wrong.
async fn refuse(app: &App, shop: &Shop, account: &Account) -> Result<Refusal, Fault> {
    let (id, rule, now) = (account.entity_id, shop.lockout(), app.now());
    app.storage.write(move |db| sign_in::count_wrong_password(db, id, rule, now)).await?;
    Ok(if account.failures().is_locked(now) { Refusal::Locked } else { Refusal::WrongPassword })
}
