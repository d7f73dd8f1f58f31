//! Whether this process can do its work.

use std::fmt;

use crate::app::App;
use crate::storage::{StorageError, migrations};

/// Why it cannot.
#[derive(Debug)]
pub enum NotReady {
    /// The database does not answer.
    Database(StorageError),
    /// These migrations have not run.
    Migrations(Vec<String>),
}

impl NotReady {
    /// What a stranger may be told.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        match self {
            Self::Database(_) => "database",
            Self::Migrations(_) => "migrations",
        }
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Migrations(names) => write!(f, "migrations that have not run: {}", names.join(", ")),
        }
    }
}

/// Asks the database, which also tells whether its migrations are current.
///
/// # Errors
/// [`NotReady`].
pub async fn check(app: &App) -> Result<(), NotReady> {
    let pending = app.storage.read(migrations::pending).await.map_err(NotReady::Database)?;
    if pending.is_empty() { Ok(()) } else { Err(NotReady::Migrations(pending)) }
}
