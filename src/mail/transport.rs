//! The ways a message leaves.

mod folder;
mod smtp;

use std::time::Duration;

use super::compose::Composed;
use super::destination::Destination;

/// Why a message did not leave.
#[derive(Debug, PartialEq, Eq)]
pub enum SendError {
    /// Worth another try soon.
    Later(String),
    /// Refused for good, says the server. Often that is a mistake in somebody's configuration, so it
    /// is tried again, but not soon.
    Refused(String),
}

impl SendError {
    /// The reason.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Later(reason) | Self::Refused(reason) => reason,
        }
    }
}

/// A way for messages to leave.
pub enum Transport {
    /// Into a folder.
    Folder(folder::Folder),
    /// To a server.
    Smtp(smtp::Smtp),
}

impl Transport {
    /// Opens nothing yet. Must be called inside a tokio runtime.
    #[must_use]
    pub fn new(destination: &Destination, timeout: Duration) -> Self {
        match destination {
            Destination::Folder(folder) => Self::Folder(folder::Folder::new(folder.clone())),
            Destination::Smtp(server) => Self::Smtp(smtp::Smtp::new(server.clone(), timeout)),
        }
    }

    /// Sends one message; ends within twice the timeout.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, message: &Composed) -> Result<(), SendError> {
        match self {
            Self::Folder(folder) => folder.send(message),
            Self::Smtp(smtp) => smtp.send(message).await,
        }
    }

    /// Says goodbye to the server.
    pub async fn close(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}
