//! Spending a reset token on a new password.

use secrecy::{ExposeSecret, SecretString};

use super::letters::password_changed;
use super::{Fault, commerce_layer, mail};
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::expiry::is_expired;
use crate::domain::shop::Shop;
use crate::domain::token::{LENGTH, ResetToken};
use crate::domain::{Refusal, crypt_key::CryptKey};
use crate::storage::customers::{self, Account};
use crate::storage::reset_resources;
use crate::storage::resets::{self, Held, Spend};

/// How many sealed tokens without a digest of ours are opened to find a customer by token alone.
/// They are the newest; it bounds what a stranger's guess costs.
const MAX_OPENED: i64 = 10_000;

/// Whose password.
#[derive(Clone, Debug)]
pub enum Whom {
    /// The customer with this email.
    Email {
        /// As it was sent.
        email: Email,
        /// The website that is searched.
        website: i32,
        /// Whether customers of all websites are one crowd.
        any_website: bool,
    },
    /// Whoever has the token.
    TokenAlone,
}

/// A reset as it was asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose password.
    pub whom: Whom,
    /// The token from the mail.
    pub token: ResetToken,
    /// The password to be.
    pub password: SecretString,
}

/// Checks in Magento's order (customer, token, expiry, password), hashes with no connection held,
/// then spends the token and writes the password in one transaction. Nothing before that write
/// consumes or replaces the token.
///
/// # Errors
/// The first refusal in that order; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn reset_password(app: &App, shop: &Shop, request: Request) -> Result<(), Fault> {
    let account = find(app, &request).await?;
    let held = check_token(app, shop, &account, &request.token).await;
    let held = held.map_err(|fault| lost_meanwhile(fault, &request.whom))?;
    let stored_email = account.email.clone().unwrap_or_default();
    let compared = match &request.whom {
        Whom::Email { email, .. } => email.as_str(),
        Whom::TokenAlone => &stored_email,
    };
    shop.password_policy().check(request.password.expose_secret(), compared)?;
    let password_hash = app.hasher.hash(request.password, app.random_text(LENGTH)).await?;
    if !spend(app, shop, &account, held, password_hash).await? {
        return Err(lost_race(&request.whom).into());
    }
    Ok(())
}

/// Spends the token in one transaction, for either door; true when this call was the one that did.
pub(super) async fn spend(
    app: &App,
    shop: &Shop,
    account: &Account,
    held: Held,
    password_hash: String,
) -> Result<bool, Fault> {
    let notice = password_changed(app, shop, account)?;
    let spend = Spend {
        customer_id: account.entity_id,
        email: account.email.clone().unwrap_or_default(),
        held,
        password_hash,
        now: app.now(),
        revoke_tokens: app.config.magento.revoke_on_reset,
        notice,
    };
    let won = write(app, spend).await?;
    if won {
        mail::wake(app);
    }
    Ok(won)
}

async fn find(app: &App, request: &Request) -> Result<Account, Fault> {
    match &request.whom {
        Whom::Email { email, website, any_website } => {
            let (email, website) = (email.clone(), *website);
            let searched = (!any_website).then_some(website);
            let found = app.storage.read(move |db| customers::by_email(db, &email, searched)).await?;
            Ok(found.ok_or(Refusal::UnknownEmail { website })?)
        }
        Whom::TokenAlone => find_by_token(app, &request.token).await,
    }
}

/// A token of ours is found by its digest, in one indexed lookup. One that a PHP Magento issued has
/// no digest; the newest sealed tokens are opened and compared.
pub(super) async fn find_by_token(app: &App, token: &ResetToken) -> Result<Account, Fault> {
    if token.is_blank() {
        return Err(Refusal::UnknownToken.into());
    }
    if let Some(account) = find_by_digest(app, token).await? {
        return Ok(account);
    }
    let found = search_sealed(app, token).await?;
    match <[Account; 1]>::try_from(found) {
        Ok([account]) => Ok(account),
        Err(none) if none.is_empty() => Err(Refusal::UnknownToken.into()),
        Err(_) => Err(Refusal::AmbiguousToken.into()),
    }
}

/// At either door: the token in `rp_token`, or that of a Commerce Layer reset.
async fn find_by_digest(app: &App, token: &ResetToken) -> Result<Option<Account>, Fault> {
    let (key, token) = (app.crypt_key.clone(), token.clone());
    let found = app.storage.read(move |db| {
        let digests = key.digests(&token);
        let ours = resets::by_digest(db, &digests)?;
        let ours = ours.filter(|account| opens_to(&key, account.rp_token.as_deref(), &token));
        if ours.is_some() {
            return Ok(ours);
        }
        let Some(reset) = reset_resources::by_digest(db, &digests)? else { return Ok(None) };
        let account = customers::by_id(db, reset.customer_id)?;
        Ok(account.filter(|account| commerce_layer::spend_reset::is_live(&key, account, &reset)))
    });
    Ok(found.await?)
}

/// Opens the newest sealed tokens; several customers can have the same one.
async fn search_sealed(app: &App, token: &ResetToken) -> Result<Vec<Account>, Fault> {
    let _turn = app.token_search.lock().await;
    let (key, token) = (app.crypt_key.clone(), token.clone());
    let found = app.storage.read(move |db| {
        let sealed = resets::sealed(db, MAX_OPENED)?;
        let holders = sealed.iter().filter(|(_, sealed)| opens_to(&key, sealed.as_deref(), &token));
        let accounts = holders.map(|(id, _)| customers::by_id(db, *id)).collect::<Result<Vec<_>, _>>()?;
        Ok(accounts.into_iter().flatten().collect())
    });
    Ok(found.await?)
}

/// Answers the token that is to be spent: the one in `rp_token`, else that of a Commerce Layer reset
/// of this customer.
pub(super) async fn check_token(app: &App, shop: &Shop, account: &Account, token: &ResetToken) -> Result<Held, Fault> {
    if token.is_blank() {
        return Err(Refusal::TokenRequired.into());
    }
    let sealed = account.rp_token.as_deref();
    if !opens_to(&app.crypt_key, sealed, token) {
        return commerce_layer::spend_reset::hold(app, account, token, commerce_layer::NOBODY).await;
    }
    if is_expired(account.rp_token_created_at, app.now(), shop.link_hours()) {
        return Err(Refusal::TokenExpired.into());
    }
    Ok(Held::Column(sealed.unwrap_or_default().to_owned()))
}

fn opens_to(key: &CryptKey, sealed: Option<&str>, token: &ResetToken) -> bool {
    sealed.and_then(|sealed| key.open(sealed)).is_some_and(|opened| token.is(&opened))
}

async fn write(app: &App, spend: Spend) -> Result<bool, Fault> {
    let settled = spend.clone();
    let written = app.storage.write_settled(
        move |db| resets::spend(db, &spend),
        move |db| {
            let ours = resets::is_current_hash(db, settled.customer_id, &settled.password_hash)?;
            Ok(ours.then_some(true))
        },
    );
    Ok(written.await?)
}

/// A token that led to its customer and is gone a moment later leads to nobody.
fn lost_meanwhile(fault: Fault, whom: &Whom) -> Fault {
    match (fault, whom) {
        (Fault::Refused(Refusal::TokenMismatched), Whom::TokenAlone) => lost_race(whom).into(),
        (fault, _) => fault,
    }
}

/// Somebody else spent or replaced the token meanwhile: what a later request would be told.
fn lost_race(whom: &Whom) -> Refusal {
    match whom {
        Whom::Email { .. } => Refusal::TokenMismatched,
        Whom::TokenAlone => Refusal::UnknownToken,
    }
}
