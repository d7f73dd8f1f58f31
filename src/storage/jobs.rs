//! A job on a pooled connection, run again where the database gave way or the connection died.

use std::time::Duration;

use diesel::QueryResult;

use super::connection::Db;
use super::errors::{StorageError, Verdict, judge};
use super::manager::Manager;
use super::threads::Pool;
use super::transaction::{Attempt, attempt, attempt_autocommit};

type Job<'a, T> = &'a dyn Fn(&mut Db) -> QueryResult<T>;

/// How often a transaction that gave way to another is tried. With Galera 10 to 17 % of attempts in a
/// race for one row give way, and none is left after a handful of tries.
const TRIES: usize = 12;

/// Reading is repeated on another connection while one turns out to be dead, and once where it gave way.
pub(super) fn read<T>(pool: &Pool, job: Job<'_, T>) -> Result<T, StorageError> {
    let mut last = None;
    for turn in 0..TRIES {
        let mut pooled = checkout(pool)?;
        match job(&mut pooled.db) {
            Ok(value) => {
                pooled.touch();
                return Ok(value);
            }
            Err(error) => match judge(&error) {
                Verdict::Final => return Err(broken(&error)),
                Verdict::Again if turn > 0 => return Err(broken(&error)),
                Verdict::Again => last = Some(error),
                Verdict::Lost => {
                    pooled.broken = true;
                    last = Some(error);
                }
            },
        }
    }
    Err(last.map_or(StorageError::Busy("no try left"), |error| broken(&error)))
}

/// A transaction is repeated as long as nothing was written, as far as `settle` can tell.
pub(super) fn write<T>(pool: &Pool, job: Job<'_, T>, settle: Job<'_, Option<T>>) -> Result<T, StorageError> {
    repeat(pool, attempt, job, settle)
}

/// Statements that commit by themselves are repeated until all of them went through.
pub(super) fn write_autocommit<T>(pool: &Pool, job: Job<'_, T>) -> Result<T, StorageError> {
    repeat(pool, attempt_autocommit, job, &|_| Ok(None))
}

fn repeat<T>(
    pool: &Pool,
    attempt: fn(&mut Db, Job<'_, T>) -> Attempt<T>,
    job: Job<'_, T>,
    settle: Job<'_, Option<T>>,
) -> Result<T, StorageError> {
    let (mut last, mut in_doubt) = (None, false);
    for turn in 0..TRIES {
        let mut pooled = checkout(pool)?;
        match attempt(&mut pooled.db, job) {
            Attempt::Done(value) => {
                pooled.touch();
                drop(pooled);
                // The server may have gone on after the line broke, and this attempt have waited for that one.
                let before = if in_doubt { read(pool, settle)? } else { None };
                return Ok(before.unwrap_or(value));
            }
            Attempt::Failed(error) => return Err(broken(&error)),
            Attempt::Again(error) => {
                last = Some(error);
                drop(pooled);
                std::thread::sleep(Duration::from_millis(1 << turn.min(5)));
            }
            Attempt::Lost(error) => {
                pooled.broken = true;
                last = Some(error);
            }
            Attempt::Unknown(error) => {
                pooled.broken = true;
                drop(pooled);
                log::warn!("the connection died while committing, reading back: {error}");
                if let Some(value) = read(pool, settle)? {
                    return Ok(value);
                }
                in_doubt = true;
                last = Some(error);
            }
        }
    }
    Err(last.map_or(StorageError::Busy("no try left"), |error| broken(&error)))
}

fn checkout(pool: &Pool) -> Result<r2d2::PooledConnection<Manager>, StorageError> {
    pool.get().map_err(|error| StorageError::Broken(error.to_string()))
}

fn broken(error: &diesel::result::Error) -> StorageError {
    StorageError::Broken(error.to_string())
}
