//! Handing letters to the outbox.

use chrono::NaiveDateTime;

use super::Fault;
use crate::app::App;
use crate::domain::crypt_key::CryptKey;
use crate::domain::letter::Letter;
use crate::storage::outbox::NewMail;

/// Seals a letter. The use case stores the result with [`crate::storage::outbox::insert`] inside its
/// own transaction, and calls [`wake`] after it.
///
/// # Errors
/// [`Fault::Broken`] when the crypt key cannot seal.
pub fn seal(app: &App, letter: &Letter) -> Result<NewMail, Fault> {
    sealed(&app.crypt_key, letter, app.random_bytes(), app.now()).ok_or_else(cannot_seal)
}

/// As [`seal`], for use inside a transaction; `None` when the crypt key cannot seal.
#[must_use]
pub fn sealed(key: &CryptKey, letter: &Letter, nonce: [u8; 12], now: NaiveDateTime) -> Option<NewMail> {
    let json = serde_json::to_string(letter).ok()?;
    Some(NewMail { kind: letter.kind.name().to_owned(), sealed: key.seal_text(&json, nonce)?, now })
}

/// What it is called when the crypt key cannot seal.
#[must_use]
pub fn cannot_seal() -> Fault {
    Fault::Broken("the crypt key cannot seal".into())
}

/// Tells the courier that there is something to do; cheap, and nothing is lost without it: the
/// outbox is looked at every `mail.poll` anyway.
pub fn wake(app: &App) {
    app.courier.wake();
}
