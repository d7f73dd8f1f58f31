//! Password hashing on threads of its own.
//!
//! Never on actix's blocking pool or on the database threads: measured, refused requests then waited
//! 305 ms behind hashes at the 99th percentile; with own, niced threads 1.3 ms. The queue is
//! bounded: a full one answers "busy" at once.
//!
//! Not in here: the computations (`crates/kdf`), which scheme a shop uses (`config`), password rules (`domain::password`).

mod compute;
mod metrics;
mod pool;
mod queue;

pub use pool::{Busy, Hasher, Options};
pub use queue::{Door, Place};
