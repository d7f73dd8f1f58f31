//! rekey: password resets, as Magento 2 and Commerce Layer answer them.
//!
//! * [`cli`]: one file per command
//! * [`app`]: what the use cases work with, built once
//! * [`server`]: the HTTP server put together
//! * [`config`]: the operator's settings
//! * [`domain`]: rules, pure
//! * [`service`]: use cases
//! * [`storage`]: the database
//! * [`hashing`]: password hashing on its own threads
//! * [`mail`]: the outbox's courier, templates, transports
//! * [`system`]: clock and randomness
//! * [`telemetry`]: logs and request ids
//! * [`http`]: the doors
//! * [`json_api`]: Commerce Layer's resources as JSON:API documents
//! * [`webhooks`]: signed messages to the shop

#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod hashing;
pub mod http;
pub mod json_api;
pub mod mail;
pub mod server;
pub mod service;
pub mod storage;
pub mod system;
pub mod telemetry;
pub mod webhooks;
