//! Opens connections for r2d2 and tells which of them are still good.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, SqliteConnection};

use super::connection::Db;
use super::filter;
use super::mysql_connection::MySqlConnection;
use super::target::Target;

/// An idle connection is asked whether it lives only after this long: a ping at every checkout
/// would cost the server 40 µs a request.
const PING_AFTER: Duration = Duration::from_secs(1);

/// Times are UTC, strict mode and autocommit are on, whatever the server's default: Magento reads and writes UTC.
/// Its admin website, group and store have the id 0, which must not mean "the next one".
const MYSQL_SESSION: &str = "SET SESSION time_zone = '+00:00', \
     sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', autocommit = 1";

/// A node of a Galera cluster then reads what was committed on any other before: a link can be spent at
/// once wherever it was issued. Measured: 0.03 ms a read. Other servers do not know the variable.
const GALERA_SESSION: &str = "SET SESSION wsrep_sync_wait = 1";

/// A row that somebody else has locked holds up a pooled connection no longer; then the job is run again, and those
/// who were in a batch each by themselves. MySQL waits for 50 seconds, longer than any caller.
const LOCK_WAIT: &str = "SET SESSION innodb_lock_wait_timeout = 1";

const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";

/// A pooled connection with what the pool needs to know of it.
pub struct Pooled {
    /// The connection itself.
    pub db: Db,
    /// Set when an error was seen after which nothing is certain of it.
    pub broken: bool,
    last_used: Instant,
}

impl Pooled {
    /// Notes that the connection has just answered.
    pub fn touch(&mut self) {
        self.last_used = Instant::now();
    }
}

/// Connects to a [`Target`].
pub struct Manager(pub Target);

/// Why a connection could not be made or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The file, server, user or password is wrong, or nobody listens.
    #[error("cannot connect: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// The connection was made but a first statement failed.
    #[error("the database does not answer: {0}")]
    Session(#[from] diesel::result::Error),
    /// The folder of an SQLite file cannot be made.
    #[error("cannot make the folder of the database file: {0}")]
    Folder(#[from] std::io::Error),
}

impl Manager {
    /// Opens a connection outside any pool, with the session prepared.
    ///
    /// # Errors
    /// [`ConnectError`], with the database's own words.
    pub fn open(&self) -> Result<Db, ConnectError> {
        match &self.0 {
            Target::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                connection.batch_execute(SQLITE_SESSION)?;
                filter::register(&mut connection)?;
                Ok(Db::Sqlite(connection))
            }
            Target::MySql(url) => {
                let mut connection = MySqlConnection::establish(url)?;
                connection.batch_execute(MYSQL_SESSION)?;
                let _ = connection.batch_execute(GALERA_SESSION);
                Ok(Db::MySql(connection))
            }
        }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = ConnectError;

    fn connect(&self) -> Result<Pooled, ConnectError> {
        let mut db = self.open()?;
        if let Db::MySql(connection) = &mut db {
            connection.batch_execute(LOCK_WAIT)?;
        }
        Ok(Pooled { db, broken: false, last_used: Instant::now() })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), ConnectError> {
        if pooled.last_used.elapsed() < PING_AFTER || matches!(pooled.db, Db::Sqlite(_)) {
            return Ok(());
        }
        pooled.db.ping()?;
        pooled.touch();
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        // After a panic in a job a transaction may still be open.
        pooled.broken || std::thread::panicking()
    }
}
