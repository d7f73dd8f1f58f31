//! One write, in a transaction or not; tried again where the database gave way to another.

use diesel::QueryResult;
use diesel::connection::SimpleConnection;

use super::connection::Db;
use super::errors::{Verdict, judge};

/// How one attempt at a transaction ended.
pub enum Attempt<T> {
    /// Committed, with the job's result.
    Done(T),
    /// Rolled back; worth another try on the same connection.
    Again(diesel::result::Error),
    /// The connection died before COMMIT was sent: nothing was written.
    Lost(diesel::result::Error),
    /// The connection died at COMMIT: it may or may not have been written.
    Unknown(diesel::result::Error),
    /// Rolled back, and another try would end the same.
    Failed(diesel::result::Error),
}

/// Runs `job` in a transaction. SQLite takes the write lock at once: a deferred transaction that upgrades
/// fails with "database is locked" under load.
pub fn attempt<T>(db: &mut Db, job: &dyn Fn(&mut Db) -> QueryResult<T>) -> Attempt<T> {
    let begin = match db {
        Db::Sqlite(_) => "BEGIN IMMEDIATE",
        Db::MySql(_) => "BEGIN",
    };
    if let Err(error) = db.batch_execute(begin) {
        return refused(error);
    }
    match job(db) {
        Ok(value) => match db.batch_execute("COMMIT") {
            Ok(()) => Attempt::Done(value),
            Err(error) => commit_refused(db, error),
        },
        Err(error) => {
            // 1205 ends one statement only: the rest of the transaction would still be open.
            // A dead connection cannot roll back, and needs not.
            let _ = db.batch_execute("ROLLBACK");
            refused(error)
        }
    }
}

/// Runs a job whose statements each commit by themselves, and may be run again whether they did or not.
pub fn attempt_autocommit<T>(db: &mut Db, job: &dyn Fn(&mut Db) -> QueryResult<T>) -> Attempt<T> {
    job(db).map_or_else(refused, Attempt::Done)
}

fn refused<T>(error: diesel::result::Error) -> Attempt<T> {
    match judge(&error) {
        Verdict::Again => Attempt::Again(error),
        Verdict::Lost => Attempt::Lost(error),
        Verdict::Final => Attempt::Failed(error),
    }
}

fn commit_refused<T>(db: &mut Db, error: diesel::result::Error) -> Attempt<T> {
    match judge(&error) {
        Verdict::Again => {
            let _ = db.batch_execute("ROLLBACK");
            Attempt::Again(error)
        }
        Verdict::Lost | Verdict::Final => Attempt::Unknown(error),
    }
}
