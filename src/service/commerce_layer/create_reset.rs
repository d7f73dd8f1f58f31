//! Creating a reset for a customer.

use super::super::Fault;
use super::announcement;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::public_id;
use crate::domain::commerce_layer::reset::{self, Reset};
use crate::domain::email::Email;
use crate::domain::shop::Shop;
use crate::domain::token::ResetToken;
use crate::storage::customers::{self, Account};
use crate::storage::reset_resources;

/// A reset as it was asked for.
#[derive(Clone, Debug)]
pub struct New {
    /// Whose password.
    pub customer_email: Email,
    /// The shop's own name for it.
    pub reference: Option<String>,
    /// Where that name comes from.
    pub reference_origin: Option<String>,
    /// A JSON object.
    pub metadata: String,
}

/// Stores a reset with a new token. Other resets of the customer stay usable; one success voids all.
///
/// # Errors
/// [`Refusal::UnknownEmail`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn create_reset(app: &App, shop: &Shop, new: New, who: &str) -> Result<Reset, Fault> {
    let account = customer(app, shop, new.customer_email.clone()).await?;
    let (reset, announcement) = (build(app, &account, new)?, announcement(app, who));
    let id = reset.public_id.clone();
    let created = app.storage.write_settled(
        move |db| reset_resources::create(db, &reset, &announcement),
        move |db| reset_resources::by_public_id(db, &id),
    );
    Ok(created.await?)
}

/// Commerce Layer knows no websites: the default website's customer, else any other's.
async fn customer(app: &App, shop: &Shop, email: Email) -> Result<Account, Fault> {
    let website = shop.default_store().map_or(1, |store| store.website);
    let found = app
        .storage
        .read(move |db| match customers::by_email(db, &email, Some(website))? {
            Some(account) => Ok(Some(account)),
            None => customers::by_email(db, &email, None),
        })
        .await?;
    Ok(found.ok_or(Refusal::UnknownEmail { website })?)
}

fn build(app: &App, account: &Account, new: New) -> Result<Reset, Fault> {
    let token = ResetToken::new(reset::token(&app.random_bytes()));
    let sealed = app.crypt_key.seal(&token, app.random_bytes());
    let now = app.clock.now_millis();
    Ok(Reset {
        id: 0,
        public_id: public_id::random(app.random_bytes()),
        customer_id: account.entity_id,
        customer_email: account.email.clone().unwrap_or_default(),
        token_digest: app.crypt_key.digest(&token),
        token_sealed: sealed.ok_or_else(|| Fault::Broken("cannot seal a token".into()))?,
        password_mark: app.crypt_key.password_mark(account.password_hash.as_deref()),
        reference: new.reference,
        reference_origin: new.reference_origin,
        metadata: new.metadata,
        created_at: now,
        updated_at: now,
        reset_password_at: None,
    })
}
