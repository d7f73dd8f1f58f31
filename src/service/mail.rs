//! Handing letters to the outbox, and looking at it.

use chrono::NaiveDateTime;

use super::Fault;
use crate::app::App;
use crate::domain::crypt_key::CryptKey;
use crate::domain::letter::{Letter, masked};
use crate::storage::outbox::{self, Mail, NewMail};

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

/// A mail in the outbox, as people may see it.
#[derive(Debug)]
pub struct Queued {
    /// The outbox's number.
    pub id: i64,
    /// What it is about.
    pub kind: String,
    /// Whom it is for, masked; none when the crypt key does not open it.
    pub to: Option<String>,
    /// When it was written, UTC.
    pub created_at: NaiveDateTime,
    /// How often sending it failed.
    pub attempts: i32,
    /// Why, last.
    pub last_error: Option<String>,
    /// When it is tried next, UTC; none when it was given up.
    pub due_at: Option<NaiveDateTime>,
    /// When it was given up, UTC.
    pub given_up_at: Option<NaiveDateTime>,
}

/// The outbox in the order of arrival, at most `limit` after the id `after`.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn queue(app: &App, limit: i64, after: i64) -> Result<Vec<Queued>, Fault> {
    let mails = app.storage.read(move |db| outbox::list(db, limit, after)).await?;
    Ok(mails.into_iter().map(|mail| shown(app, mail)).collect())
}

/// Makes one mail, or all that no courier has in hand, due now, also what was given up. Answers how
/// many.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn retry(app: &App, id: Option<i64>) -> Result<usize, Fault> {
    let now = app.now();
    let due = app.storage.write(move |db| outbox::retry(db, id, now)).await?;
    wake(app);
    Ok(due)
}

fn shown(app: &App, mail: Mail) -> Queued {
    let letter: Option<Letter> =
        app.crypt_key.open_text(&mail.sealed).and_then(|json| serde_json::from_str(&json).ok());
    Queued {
        id: mail.id,
        kind: mail.kind,
        to: letter.map(|letter| masked(&letter.to_email)),
        created_at: mail.created_at,
        attempts: mail.attempts,
        last_error: mail.last_error,
        due_at: mail.due_at,
        given_up_at: mail.given_up_at,
    }
}
