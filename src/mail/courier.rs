//! The thread that empties the outbox.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Destination;
use crate::domain::crypt_key::CryptKey;
use crate::storage::Storage;
use crate::system::{Clock, Random};

/// How the courier works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where mails go.
    pub destination: Destination,
    /// A folder whose templates stand over the embedded ones.
    pub templates: Option<PathBuf>,
    /// How often the outbox is looked at when nobody wakes the courier.
    pub poll: Duration,
    /// How long sending a mail is tried.
    pub give_up_after: Duration,
}

/// What the courier works with.
pub struct Parts {
    /// The outbox's.
    pub storage: Arc<Storage>,
    /// Opens the letters.
    pub crypt_key: Arc<CryptKey>,
    /// Says what is due.
    pub clock: Arc<dyn Clock>,
    /// Makes names of claims.
    pub random: Arc<dyn Random>,
    /// The operator's settings.
    pub options: Options,
}

/// Sends what is in the outbox.
pub struct Courier {
    parts: Arc<Parts>,
}

impl Courier {
    /// A courier that does nothing until it is started.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts) }
    }

    /// Tells it that there is something to do.
    pub fn wake(&self) {}

    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(&self) -> std::io::Result<()> {
        let _ = self.parts.clone();
        Ok(())
    }
}
