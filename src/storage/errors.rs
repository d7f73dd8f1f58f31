//! What can go wrong with the database, and which of it is worth another try.

use diesel::result::{DatabaseErrorKind, Error};

/// Why a job on the database has no result.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// The queue before the database threads is full, or no connection came free in time.
    #[error("the database is busy: {0}")]
    Busy(&'static str),
    /// The database failed, or cannot be reached.
    #[error("the database failed: {0}")]
    Broken(String),
}

/// How an error is to be met.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Verdict {
    /// The transaction was rolled back by the database for somebody else's sake: run it again.
    Again,
    /// The connection may be dead: run the job again on another one.
    Lost,
    /// The statement itself is wrong, or a rule of the schema was hurt: say so.
    Final,
}

/// Reads an error. The client reports a deadlock (1213) at COMMIT, a lock wait (1205) and a Galera
/// certification failure as unknown errors, so their texts decide.
#[must_use]
pub fn judge(error: &Error) -> Verdict {
    let Error::DatabaseError(kind, information) = error else {
        return match error {
            Error::BrokenTransactionManager => Verdict::Lost,
            _ => Verdict::Final,
        };
    };
    let text = information.message();
    let again = [
        "Deadlock found",
        "Lock wait timeout",
        "database is locked",
        "WSREP",
        "Record has changed",
        // MySQL's group replication, where another node was faster (3101).
        "instructed the server to rollback",
    ];
    match kind {
        DatabaseErrorKind::SerializationFailure => Verdict::Again,
        _ if again.iter().any(|part| text.contains(part)) => Verdict::Again,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => Verdict::Lost,
        DatabaseErrorKind::Unknown if is_transport(text) => Verdict::Lost,
        _ => Verdict::Final,
    }
}

fn is_transport(text: &str) -> bool {
    ["Input/output error", "Connection", "connection", "Broken pipe", "shutdown in progress", "Pool was disconnected"]
        .iter()
        .any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(text: &str) -> Error {
        Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned()))
    }

    #[test]
    fn what_is_tried_again() {
        let deadlock = "Deadlock found when trying to get lock; try restarting transaction";
        assert_eq!(judge(&unknown(deadlock)), Verdict::Again);
        assert_eq!(judge(&unknown("Lock wait timeout exceeded")), Verdict::Again);
        let replication = "Plugin instructed the server to rollback the current transaction.";
        assert_eq!(judge(&unknown(replication)), Verdict::Again);
        assert_eq!(judge(&unknown("Input/output error: connection closed")), Verdict::Lost);
        assert_eq!(judge(&unknown("Table 'x.y' doesn't exist")), Verdict::Final);
        assert_eq!(judge(&Error::NotFound), Verdict::Final);
    }
}
