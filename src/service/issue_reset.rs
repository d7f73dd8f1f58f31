//! Issuing a reset token.

use super::letters::{Recipient, reset_link};
use super::{Fault, mail};
use crate::app::App;
use crate::domain::shop::Shop;
use crate::domain::token::{LENGTH, ResetToken};
use crate::storage::customers::Account;
use crate::storage::resets::{self, Issue};

/// A token and the page of the shop that it opens.
pub struct Issued {
    /// The token; it is nowhere readable after this.
    pub token: ResetToken,
    /// The page on which the customer chooses a new password.
    pub link: String,
}

/// A new token for a customer, not yet stored.
///
/// # Errors
/// [`Fault::Broken`] when the crypt key cannot seal.
pub fn new_token(app: &App, customer_id: i64) -> Result<(ResetToken, Issue), Fault> {
    let token = ResetToken::new(app.random_text(LENGTH));
    let key = &app.crypt_key;
    let sealed = key.seal(&token, app.random_bytes()).ok_or_else(mail::cannot_seal)?;
    let issue = Issue { customer_id, sealed, digest: key.digest(&token), now: app.now() };
    Ok((token, issue))
}

/// Whom letters to this account go to.
#[must_use]
pub fn recipient(shop: &Shop, account: &Account) -> Recipient {
    let name = |part: &Option<String>| part.clone().unwrap_or_default();
    Recipient {
        id: account.entity_id,
        email: account.email.clone().unwrap_or_default(),
        name: format!("{} {}", name(&account.firstname), name(&account.lastname)).trim().to_owned(),
        store: shop.mail_store(account.store_id, account.website_id),
    }
}

/// Replaces the customer's pending token with a new one; no mail is sent.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn issue_reset(app: &App, shop: &Shop, account: &Account) -> Result<Issued, Fault> {
    let (token, issue) = new_token(app, account.entity_id)?;
    if !app.storage.write(move |db| resets::issue(db, &issue)).await? {
        return Err(Fault::Broken("the customer was deleted meanwhile".into()));
    }
    let link = reset_link(app, shop, &recipient(shop, account), &token);
    Ok(Issued { token, link })
}
