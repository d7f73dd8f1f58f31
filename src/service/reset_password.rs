//! Spending a reset token on a new password.

use secrecy::{ExposeSecret, SecretString};

use super::letters::password_changed;
use super::{Fault, commerce_layer, mail, sealed_tokens};
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::expiry::is_expired;
use crate::domain::shop::Shop;
use crate::domain::token::{LENGTH, ResetToken};
use crate::domain::{Refusal, crypt_key::CryptKey};
use crate::hashing::Door;
use crate::storage::resets::{self, Held, Spend};
use crate::storage::token_holders::{self, ByEmail, Found};
use crate::storage::{Db, Search};

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
/// then spends the token and writes the password at once. Nothing before that write
/// consumes or replaces the token.
///
/// # Errors
/// The first refusal in that order; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn reset_password(app: &App, shop: &Shop, request: Request) -> Result<(), Fault> {
    let place = app.hasher.admit(Door::Magento)?;
    let found = find(app, &request).await?;
    let held = check_token(app, shop, &found, &request.token);
    let held = held.map_err(|refusal| lost_meanwhile(refusal, &request.whom))?;
    let Found { holder, may_be_throttled, .. } = found;
    let stored_email = holder.email.unwrap_or_default();
    let compared = match &request.whom {
        Whom::Email { email, .. } => email.as_str(),
        Whom::TokenAlone => &stored_email,
    };
    shop.password_policy().check(request.password.expose_secret(), compared)?;
    let password_hash = app.hasher.hash(place, request.password, app.random_text(LENGTH)).await?;
    let owner = Owner { id: holder.entity_id, email: stored_email, may_be_throttled };
    if !spend(app, shop, owner, held, password_hash).await? {
        return Err(lost_race(&request.whom).into());
    }
    Ok(())
}

/// Whose token is spent.
pub(super) struct Owner {
    pub(super) id: i64,
    /// As stored.
    pub(super) email: String,
    /// Whether failed sign-ins with this email may be counted.
    pub(super) may_be_throttled: bool,
}

/// Spends the token in one transaction or one statement, for either door; true when this call was the one
/// that did.
pub(super) async fn spend(
    app: &App,
    shop: &Shop,
    owner: Owner,
    held: Held,
    password_hash: String,
) -> Result<bool, Fault> {
    let Owner { id: customer_id, email, may_be_throttled } = owner;
    let notice = password_changed(app, shop, customer_id).await?;
    let (revoke_tokens, told) = (app.config.magento.revoke_on_reset, notice.is_some());
    let spend =
        Spend { customer_id, email, held, may_be_throttled, password_hash, now: app.now(), revoke_tokens, notice };
    let won = write(app, spend).await?;
    if won && told {
        mail::wake(app);
    }
    Ok(won)
}

async fn find(app: &App, request: &Request) -> Result<Found, Fault> {
    match &request.whom {
        Whom::Email { email, website, any_website } => {
            let search = Search { email: email.clone(), website: (!any_website).then_some(*website) };
            let digests = app.crypt_key.digests(&request.token);
            let found = app.storage.find_holder(ByEmail { search, digests }).await?;
            Ok(found.ok_or(Refusal::UnknownEmail { website: *website })?)
        }
        Whom::TokenAlone => find_by_token(app, &request.token).await,
    }
}

/// A token of ours is found by its digest, in one indexed lookup; one that a PHP Magento issued has
/// no digest.
pub(super) async fn find_by_token(app: &App, token: &ResetToken) -> Result<Found, Fault> {
    if token.is_blank() {
        return Err(Refusal::UnknownToken.into());
    }
    if let Some(found) = find_by_digest(app, token).await? {
        return Ok(found);
    }
    let mut found = search_sealed(app, token).await?;
    match (found.pop(), found.is_empty()) {
        (Some(found), true) => Ok(found),
        (None, _) => Err(Refusal::UnknownToken.into()),
        (Some(_), false) => Err(Refusal::AmbiguousToken.into()),
    }
}

/// At either door: the token in `rp_token`, or that of a Commerce Layer reset.
async fn find_by_digest(app: &App, token: &ResetToken) -> Result<Option<Found>, Fault> {
    let (key, token) = (app.crypt_key.clone(), token.clone());
    let found = app.storage.read(move |db| {
        let digests = key.digests(&token);
        let ours = token_holders::by_link(db, &digests)?;
        if let Some(holder) = ours.filter(|holder| opens_to(&key, holder.rp_token.as_deref(), &token)) {
            return Ok(Some(Found { holder, reset: None, may_be_throttled: true }));
        }
        let found = token_holders::by_reset(db, &digests)?;
        Ok(found.filter(|found| {
            let hash = found.holder.password_hash.as_deref();
            found.reset.as_ref().is_some_and(|reset| commerce_layer::spend_reset::is_live(&key, hash, reset))
        }))
    });
    Ok(found.await?)
}

/// Those whose row holds the token at this moment; several customers can have the same one.
async fn search_sealed(app: &App, token: &ResetToken) -> Result<Vec<Found>, Fault> {
    let ids = sealed_tokens::holders(app, token).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (key, token) = (app.crypt_key.clone(), token.clone());
    let found = app.storage.read(move |db| {
        let found = ids.iter().map(|id| token_holders::by_id(db, *id, &[])).collect::<Result<Vec<_>, _>>()?;
        let holds = |found: &Found| opens_to(&key, found.holder.rp_token.as_deref(), &token);
        Ok(found.into_iter().flatten().filter(holds).collect())
    });
    Ok(found.await?)
}

/// Answers the token that is to be spent: the one in `rp_token`, else that of a Commerce Layer reset
/// of this customer.
pub(super) fn check_token(app: &App, shop: &Shop, found: &Found, token: &ResetToken) -> Result<Held, Refusal> {
    if token.is_blank() {
        return Err(Refusal::TokenRequired);
    }
    let holder = &found.holder;
    let sealed = holder.rp_token.as_deref();
    if !opens_to(&app.crypt_key, sealed, token) {
        return commerce_layer::spend_reset::hold(app, found, commerce_layer::NOBODY);
    }
    if is_expired(holder.rp_token_created_at, app.now(), shop.link_hours()) {
        return Err(Refusal::TokenExpired);
    }
    Ok(Held::Column { sealed: sealed.unwrap_or_default().to_owned(), digests: app.crypt_key.digests(token) })
}

fn opens_to(key: &CryptKey, sealed: Option<&str>, token: &ResetToken) -> bool {
    sealed.and_then(|sealed| key.open(sealed)).is_some_and(|opened| token.is(&opened))
}

async fn write(app: &App, spend: Spend) -> Result<bool, Fault> {
    if let Some((renewal, link)) = spend.renewal_alone() {
        let won = app.storage.renew(renewal, app.linger(Door::Magento)).await?;
        if won {
            app.spent_links.forget(link.to_vec());
        }
        return Ok(won);
    }
    let settled = spend.clone();
    let settle = move |db: &mut Db| {
        let ours = resets::is_current_hash(db, settled.customer_id, &settled.password_hash)?;
        Ok(ours.then_some(true))
    };
    Ok(app.storage.write_settled(move |db| resets::spend(db, &spend), settle).await?)
}

/// A token that led to its customer and is gone a moment later leads to nobody.
fn lost_meanwhile(refusal: Refusal, whom: &Whom) -> Refusal {
    match (refusal, whom) {
        (Refusal::TokenMismatched, Whom::TokenAlone) => lost_race(whom),
        (refusal, _) => refusal,
    }
}

/// Somebody else spent or replaced the token meanwhile: what a later request would be told.
fn lost_race(whom: &Whom) -> Refusal {
    match whom {
        Whom::Email { .. } => Refusal::TokenMismatched,
        Whom::TokenAlone => Refusal::UnknownToken,
    }
}
