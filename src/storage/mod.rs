//! The database: the only room that knows Diesel.
//!
//! [`Storage::read`] and [`Storage::write`] are the ways in, and for what many ask at the same moment
//! [`Storage::find_holder`] and its neighbours, which batch. A job is a synchronous closure
//! over [`Db`]; it runs on a fixed database thread, so nothing slow (mail, hashing, HTTP) can happen
//! inside a transaction. Queries are plain functions, one file per table group.
//!
//! Not in here: rules (`domain`), the order of steps (`service`), wire formats (`http`).

pub mod applications;
pub mod async_operations;
mod batcher;
pub mod connection;
pub mod customer_list;
pub mod customers;
pub mod errors;
pub mod event_list;
pub mod events;
mod filter;
pub mod import;
pub mod inspection;
mod jobs;
mod lenient;
mod manager;
pub mod migrations;
mod mysql_connection;
pub mod outbox;
mod question;
pub mod reset_list;
pub mod reset_requests;
pub mod reset_resources;
pub mod resets;
pub mod schema;
mod search;
pub mod shop;
pub mod sign_in;
pub mod target;
mod threads;
pub mod token_holders;
pub mod tokens;
mod transaction;
mod update;
mod upsert;
pub mod webhook_deliveries;

use std::sync::Arc;
use std::time::Duration;

/// What a job answers.
pub use diesel::QueryResult;

use batcher::Batcher;
pub use connection::Db;
pub use errors::StorageError;
use manager::Manager;
pub use question::Question;
pub use search::Search;
pub use target::Target;
use threads::{Crew, Threads};

/// How many database threads there are and how long is waited for them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads, each with a connection of its own. None for [`Target::default_threads`]. For writes
    /// there is one more, and with a server half as many that help it where it falls behind.
    pub threads: Option<usize>,
    /// Jobs that may wait; one more is refused as busy.
    pub queue: usize,
    /// How long a caller waits for its job before it is told that the database is broken.
    pub timeout: Duration,
}

/// The way into the database.
pub struct Storage {
    readers: Arc<Threads>,
    /// For SQLite one thread, which is fairer than its busy handler. With a server it is mostly one, too:
    /// a reset then took a fifth less of the server's processor time and a third less of ours.
    writers: Arc<Threads>,
    holders: Arc<Batcher<token_holders::ByEmail>>,
    candidates: Arc<Batcher<sign_in::LookUp>>,
    renewals: Arc<Batcher<resets::Renewal>>,
    logins: Arc<Batcher<sign_in::Login>>,
    target: Target,
    timeout: Duration,
}

impl Storage {
    /// Connects and starts the threads.
    ///
    /// # Errors
    /// The database's own words when no connection can be made.
    pub fn open(target: &Target, options: &Options) -> Result<Self, StorageError> {
        let threads = options.threads.unwrap_or_else(|| target.default_threads());
        let readers = Crew { regulars: threads.max(1), helpers: 0 };
        let helpers = match target {
            Target::Sqlite(_) => 0,
            Target::MySql(_) => threads / 2,
        };
        let writers = Crew { regulars: 1, helpers };
        let manager = || Manager(target.clone());
        let readers = Arc::new(Threads::start("database", manager(), readers, options.queue)?);
        let writers = Arc::new(Threads::start("writer", manager(), writers, options.queue)?);
        Ok(Self {
            holders: Batcher::reading(&readers, options.queue),
            candidates: Batcher::reading(&readers, options.queue),
            renewals: Batcher::writing(&writers, options.queue),
            logins: Batcher::writing(&writers, options.queue),
            readers,
            writers,
            target: target.clone(),
            timeout: options.timeout,
        })
    }

    /// Where the data is kept.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Runs a job that only reads. It is outside a transaction: one SELECT needs no BEGIN, and every
    /// decision that matters is made again by the WHERE of a write.
    ///
    /// # Errors
    /// [`StorageError::Busy`] when the queue is full, [`StorageError::Broken`] when the database fails.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Db) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.readers.run(self.timeout, move |pool| jobs::read(pool, &job)).await
    }

    /// Runs a job in a transaction: commits when it answers `Ok`, rolls back when it answers `Err`.
    /// It is run again when the database gave way to another transaction, hence `Fn`.
    ///
    /// # Errors
    /// As [`Storage::read`]; also when it is unknown whether the COMMIT arrived.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Db) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.write_settled(job, |_| Ok(None)).await
    }

    /// As [`Storage::write`], and when the connection dies at COMMIT, `settle` reads back what
    /// happened: `Some(result)` when it was written, `None` when not. Then the job is run again, and `settle`
    /// asked once more: the server may have gone on with the first.
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn write_settled<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Db) -> QueryResult<T> + Send + 'static,
        settle: impl Fn(&mut Db) -> QueryResult<Option<T>> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.writers.run(self.timeout, move |pool| jobs::write(pool, &job, &settle)).await
    }

    /// As [`Storage::write`], without a transaction: each statement of the job commits by itself, and any may be
    /// run twice. That is two trips to a MySQL server less.
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn write_autocommit<T: Send + 'static>(
        &self,
        job: impl Fn(&mut Db) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.writers.run(self.timeout, move |pool| jobs::write_autocommit(pool, &job)).await
    }

    /// Finds whom a reset is for, by email.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn find_holder(
        &self,
        asked: token_holders::ByEmail,
    ) -> Result<Option<token_holders::Found>, StorageError> {
        self.holders.ask(self.timeout, Duration::ZERO, asked).await
    }

    /// Finds who signs in, and what is counted against the name.
    ///
    /// * `linger`: how long this may wait for others to be answered with.
    ///
    /// # Errors
    /// As [`Storage::read`].
    pub async fn find_candidate(
        &self,
        asked: sign_in::LookUp,
        linger: Duration,
    ) -> Result<sign_in::Found, StorageError> {
        self.candidates.ask(self.timeout, linger, asked).await
    }

    /// Spends a token on a new password, where nothing else must be written with it; true when this call was the
    /// one that did. `linger` as in [`Storage::find_candidate`].
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn renew(&self, renewal: resets::Renewal, linger: Duration) -> Result<bool, StorageError> {
        self.renewals.ask(self.timeout, linger, renewal).await
    }

    /// Notes the time of a sign-in. `linger` as in [`Storage::find_candidate`].
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn note_login(&self, login: sign_in::Login, linger: Duration) -> Result<(), StorageError> {
        self.logins.ask(self.timeout, linger, login).await
    }
}

/// Whether a Magento owns the tables of this database; asked before anything is migrated.
///
/// # Errors
/// The database's own words when it cannot be reached.
pub fn is_magento_owned(target: &Target) -> Result<bool, StorageError> {
    let mut db = connect(target)?;
    inspection::magento_owned(&mut db).map_err(|error| StorageError::Broken(error.to_string()))
}

/// Opens one connection outside the pool, for the command line.
///
/// # Errors
/// The database's own words when it cannot be reached.
pub fn connect(target: &Target) -> Result<Db, StorageError> {
    Manager(target.clone()).open().map_err(|error| StorageError::Broken(error.to_string()))
}
