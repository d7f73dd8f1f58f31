//! The use cases, one file each: only the sequence of steps. Both doors call these.
//!
//! Not in here: wire formats, SQL, rules.

pub mod customers;
mod fault;
pub mod issue_reset;
pub mod mail;
pub mod readiness;
pub mod reset_password;
pub mod shop;

pub use fault::Fault;
