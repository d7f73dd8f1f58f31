//! Mail: the courier that empties the outbox, the templates, the transports.
//!
//! Not in here: who is written to and when (`service`), what stands in the outbox (`storage::outbox`),
//! the HTTP answer, which never waits for any of this.

mod compose;
mod courier;
mod delivery;
mod destination;
mod embedded;
mod pauses;
mod templates;
mod text;
mod transport;

pub use courier::{Courier, Options, Parts};
pub use destination::Destination;
