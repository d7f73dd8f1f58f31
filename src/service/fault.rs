//! How a use case can fail.

use crate::domain::{Refusal, Weakness};
use crate::hashing;
use crate::storage::StorageError;

/// Why a use case has no result.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A rule says no; the client can do something about it.
    Refused(Refusal),
    /// More work is waiting than can be done soon; worth another try.
    Busy,
    /// Something of ours failed; the reason is for the log only.
    Broken(String),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Weakness> for Fault {
    fn from(weakness: Weakness) -> Self {
        Self::Refused(weakness.into())
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy(_) => Self::Busy,
            StorageError::Broken(reason) => Self::Broken(reason),
        }
    }
}

impl From<hashing::Busy> for Fault {
    fn from(_: hashing::Busy) -> Self {
        Self::Busy
    }
}
