//! Handing letters to the outbox.

use super::Fault;
use crate::app::App;
use crate::domain::letter::Letter;
use crate::storage::outbox::NewMail;

/// Seals a letter. The use case stores the result with [`crate::storage::outbox::insert`] inside its
/// own transaction, and calls [`wake`] after it.
///
/// # Errors
/// [`Fault::Broken`] when the crypt key cannot seal.
pub fn seal(app: &App, letter: &Letter) -> Result<NewMail, Fault> {
    let json = serde_json::to_string(letter).map_err(|error| Fault::Broken(error.to_string()))?;
    let sealed = app.crypt_key.seal_text(&json, app.random_bytes());
    let sealed = sealed.ok_or_else(|| Fault::Broken("cannot seal a letter".into()))?;
    Ok(NewMail { kind: letter.kind.name().to_owned(), sealed, now: app.now() })
}

/// Tells the courier that there is something to do; cheap, and nothing is lost without it: the
/// outbox is looked at every `mail.poll` anyway.
pub fn wake(app: &App) {
    app.courier.wake();
}
