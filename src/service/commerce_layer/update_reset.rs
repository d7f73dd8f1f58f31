//! Changing a reset: its reference and metadata, or its customer's password.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::super::Fault;
use super::super::reset_password::{self, Owner};
use super::{announcement, find, spend_reset};
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::reset::Reset;
use crate::domain::shop::Shop;
use crate::domain::token::{LENGTH, ResetToken};
use crate::hashing::Door;
use crate::storage::customers::Account;
pub use crate::storage::reset_resources::Changes;
use crate::storage::reset_resources::{self, Edit};

/// What a client wants of a reset.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// Everything but the password.
    pub changes: Changes,
    /// `customer_password`; none or empty when it was not sent.
    pub password: Option<SecretString>,
    /// `_reset_password_token`; none or empty when it was not sent.
    pub token: Option<ResetToken>,
}

/// How an update ended.
pub struct Updated {
    /// The reset as it stands now.
    pub reset: Reset,
    /// Whether this call spent its token: then its sender knew it.
    pub spent: bool,
}

/// Why an update is refused: all that is wrong with it at once.
#[derive(Debug)]
pub enum Rejected {
    /// Nothing was changed.
    Refused(Vec<Refusal>),
    /// Not the client's fault.
    Fault(Fault),
}

impl<E: Into<Fault>> From<E> for Rejected {
    fn from(error: E) -> Self {
        match error.into() {
            Fault::Refused(refusal) => Self::Refused(vec![refusal]),
            fault => Self::Fault(fault),
        }
    }
}

/// Changes the reset with this public id; a password is accepted only with its token.
///
/// # Errors
/// [`Refusal::UnknownResource`], or everything that is wrong with password and token.
pub async fn update_reset(app: &App, shop: &Shop, id: String, update: Update, who: &str) -> Result<Updated, Rejected> {
    let reset = find::reset(app, id.clone()).await?;
    let spent = update.password.is_some() || update.token.is_some();
    if spent {
        spend(app, shop, &reset, update, who).await?;
        return Ok(Updated { reset: find::reset(app, id).await?, spent });
    }
    let (row, edit, announcement) = (reset.id, edit(&reset, update.changes), announcement(app, who));
    let written = app.storage.write(move |db| reset_resources::change(db, row, &edit, &announcement));
    Ok(Updated { reset: written.await?.ok_or(Refusal::UnknownResource)?, spent })
}

async fn spend(app: &App, shop: &Shop, reset: &Reset, update: Update, who: &str) -> Result<(), Rejected> {
    let place = app.hasher.admit(Door::CommerceLayer)?;
    let account = find::customers(app, vec![reset.customer_id]).await?.pop().ok_or(Refusal::UnknownResource)?;
    let password = update.password.clone().unwrap_or_default();
    let wrong = faults(app, shop, reset, &account, &update);
    if !wrong.is_empty() {
        return Err(Rejected::Refused(wrong));
    }
    let password_hash = app.hasher.hash(place, password, app.random_text(LENGTH)).await?;
    let held =
        spend_reset::held(app, account.password_hash.as_deref(), reset.clone(), edit(reset, update.changes), who);
    let owner = Owner { id: account.entity_id, email: account.email.unwrap_or_default(), may_be_throttled: true };
    // Somebody else spent or voided it meanwhile: what a later request would be told.
    if reset_password::spend(app, shop, owner, held, password_hash).await? {
        Ok(())
    } else {
        Err(Refusal::TokenMismatched.into())
    }
}

/// Everything that is wrong, the password first, as its field stands first in the form.
fn faults(app: &App, shop: &Shop, reset: &Reset, account: &Account, update: &Update) -> Vec<Refusal> {
    let email = account.email.clone().unwrap_or_default();
    let password = match update.password.as_ref().map(ExposeSecret::expose_secret) {
        None | Some("") => Err(Refusal::PasswordRequired),
        Some(password) => shop.password_policy().check(password, &email).map_err(Refusal::from),
    };
    let token = match &update.token {
        None => Err(Refusal::TokenRequired),
        Some(token) if token.expose().is_empty() => Err(Refusal::TokenRequired),
        Some(token) if !app.crypt_key.digests(token).contains(&reset.token_digest) => Err(Refusal::TokenMismatched),
        Some(_) => spend_reset::check(app, account.password_hash.as_deref(), reset),
    };
    [password, token].into_iter().filter_map(Result::err).collect()
}

/// What changes, and how the history shows it.
fn edit(reset: &Reset, changes: Changes) -> Edit {
    let mut payload = Map::new();
    let mut note = |name: &str, from: Value, to: Value| {
        if from != to {
            payload.insert(name.to_owned(), json!({"from": from, "to": to}));
        }
    };
    if let Some(reference) = &changes.reference {
        note("reference", json!(reset.reference), json!(reference));
    }
    if let Some(origin) = &changes.reference_origin {
        note("reference_origin", json!(reset.reference_origin), json!(origin));
    }
    if let Some(metadata) = &changes.metadata {
        let parsed = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        note("metadata", parsed(&reset.metadata), parsed(metadata));
    }
    let payload = (!payload.is_empty()).then(|| Value::Object(payload).to_string());
    Edit { changes, payload }
}
