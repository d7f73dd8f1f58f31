//! What a password costs: bcrypt, several at a time on one core, and Argon2id in wide registers.
//!
//! A crate of its own because the rest of rekey is compiled for size, and this for speed (the
//! profiles in the workspace's `Cargo.toml`): at `opt-level = "s"` four lanes give 1.5 times what the
//! `bcrypt` crate gives, at 3 they give 3.4 times.
//!
//! Not in here: threads, queues, stored texts (`rekey::hashing`).

#![forbid(unsafe_code)]

pub mod argon2id;
pub mod bcrypt_lanes;
