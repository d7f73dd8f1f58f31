//! The use cases, one file each: only the sequence of steps. Both doors call these.
//!
//! Not in here: wire formats, SQL, rules.

pub mod async_operations;
pub mod change_password;
pub mod check_reset_token;
pub mod commerce_layer;
pub mod create_account;
pub mod customers;
pub mod email_availability;
mod fault;
pub mod identity;
pub mod import;
pub mod initiate_password_reset;
pub mod issue_reset;
pub mod letters;
pub mod mail;
pub mod profile;
pub mod readiness;
pub mod reset_password;
pub mod revoke_tokens;
pub mod sealed_tokens;
pub mod shop;
pub mod sign_in;
pub mod spent_links;

pub use fault::Fault;
