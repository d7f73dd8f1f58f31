//! One mail on its way: opened, rendered, sent, and the outbox told how that went.

use std::time::Duration;

use super::compose::{Composed, Identity, compose};
use super::courier::Parts;
use super::pauses::pause;
use super::templates::render;
use super::text::redact;
use super::transport::{SendError, Transport};
use crate::domain::letter::{Letter, masked};
use crate::storage::outbox::{self, Mail};
use crate::storage::{Db, QueryResult, StorageError};

/// How often the outbox is told: forgetting to would send a mail twice.
const TELLINGS: u32 = 5;

/// What all mails of one round share.
pub struct Delivery<'a> {
    /// The courier's.
    pub parts: &'a Parts,
    /// Where to.
    pub transport: &'a Transport,
    /// Under which the mails were taken.
    pub claim: &'a str,
}

enum Undelivered {
    /// No try will change it.
    Hopeless(String),
    /// Templates can be mended, a key can be given.
    Unwritten(String),
    Unsent(SendError),
}

impl Delivery<'_> {
    /// Sends a mail, and deletes it or notes the failure.
    pub async fn deliver(&self, mail: Mail) {
        let letter = self.open(&mail);
        let sent = match &letter {
            Some(letter) => self.send(&mail, letter).await,
            None => Err(Undelivered::Unwritten("the crypt key does not open it".into())),
        };
        let told = match sent {
            Ok(()) => {
                log::debug!("mail {} ({}) is sent", mail.id, mail.kind);
                self.tell(move |db| outbox::sent(db, mail.id)).await
            }
            Err(error) => self.failed(&mail, letter.as_ref(), &error).await,
        };
        if let Err(error) = told {
            log::error!("the outbox cannot be told what became of a mail; it may be sent twice: {error}");
        }
    }

    fn open(&self, mail: &Mail) -> Option<Letter> {
        let json = self.parts.crypt_key.open_text(&mail.sealed)?;
        serde_json::from_str(&json).ok()
    }

    async fn send(&self, mail: &Mail, letter: &Letter) -> Result<(), Undelivered> {
        let message = self.write(mail, letter)?;
        self.transport.send(&message).await.map_err(Undelivered::Unsent)
    }

    fn write(&self, mail: &Mail, letter: &Letter) -> Result<Composed, Undelivered> {
        let rendered = render(self.parts.options.templates.as_deref(), letter).map_err(Undelivered::Unwritten)?;
        let identity = Identity { id: mail.id, created_at: mail.created_at, sealed: &mail.sealed };
        compose(letter, rendered, &identity).map_err(Undelivered::Hopeless)
    }

    async fn failed(&self, mail: &Mail, letter: Option<&Letter>, error: &Undelivered) -> Result<(), StorageError> {
        let now = self.parts.clock.now();
        let failures = usize::try_from(mail.attempts).unwrap_or_default() + 1;
        let age = (now - mail.created_at).to_std().unwrap_or_default();
        let (hopeless, refused, reason) = match error {
            Undelivered::Hopeless(reason) => (true, false, reason.as_str()),
            Undelivered::Unwritten(reason) => (false, false, reason.as_str()),
            Undelivered::Unsent(error) => (false, matches!(error, SendError::Refused(_)), error.reason()),
        };
        let again = (!hopeless && age < self.parts.options.give_up_after).then(|| self.pause(failures, refused));
        let reason = redact(reason, letter.and_then(|letter| letter.link.as_deref()));
        let to = letter.map_or_else(|| "?".into(), |letter| masked(&letter.to_email));
        let what = format!("mail {} ({}) to {to} at try {failures}", mail.id, mail.kind);
        match again {
            Some(pause) => log::warn!("{what}: {reason}; again in {} s", pause.as_secs()),
            None => log::error!("{what}: {reason}; given up (see `rekey mail list`)"),
        }
        let failure = outbox::Failure {
            id: mail.id,
            claim: self.claim.to_owned(),
            error: reason,
            again_at: again.map(|pause| now + pause),
            now,
        };
        self.tell(move |db| outbox::failed(db, &failure)).await
    }

    fn pause(&self, failures: usize, refused: bool) -> Duration {
        let mut spread = [0];
        self.parts.random.fill(&mut spread);
        pause(failures, refused, spread[0])
    }

    async fn tell(
        &self,
        job: impl Fn(&mut Db) -> QueryResult<()> + Clone + Send + 'static,
    ) -> Result<(), StorageError> {
        let mut turn = 0;
        loop {
            match self.parts.storage.write(job.clone()).await {
                Err(error) if turn < TELLINGS => {
                    log::warn!("the outbox cannot be written: {error}");
                    turn += 1;
                    tokio::time::sleep(Duration::from_millis(100 << turn)).await;
                }
                told => return told,
            }
        }
    }
}
