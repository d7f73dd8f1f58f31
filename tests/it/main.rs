//! Everything that is tested from outside: one binary, a module a subject.

mod harness;

mod cli;
mod concurrency;
mod demo;
mod identity;
mod input;
mod magento_owned;
mod ops;
mod password;
mod secrets;
mod sites;
mod slow_clients;
mod token;
mod transcripts;
