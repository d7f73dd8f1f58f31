//! The rules of passwords, tokens, emails and shops, as pure functions over values.
//!
//! Not in here: I/O of any kind, clocks (times come as arguments), actix, Diesel, wire texts.

pub mod commerce_layer;
pub mod crypt_key;
pub mod email;
pub mod expiry;
pub mod imported;
pub mod jwt;
pub mod letter;
pub mod lockout;
pub mod new_customer;
pub mod password;
pub mod password_hash;
pub mod php;
pub mod refusal;
pub mod request_limit;
pub mod shop;
pub mod shop_defaults;
pub mod token;

pub use refusal::{NamePart, Refusal, Weakness};
