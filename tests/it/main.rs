//! Everything that is tested from outside: one binary, a module a subject.

mod harness;

mod accounts;
mod asynchronous;
mod bearer;
mod cli;
mod commit_in_doubt;
mod concurrency;
mod crash;
mod crowds;
mod demo;
mod examples;
mod forgot;
mod identity;
mod import;
mod input;
mod limits;
mod link_check;
mod magento_owned;
mod mail;
mod ops;
mod opt_ins;
mod outbox;
mod password;
mod races;
mod schema;
mod secrets;
mod sign_in;
mod sites;
mod slow_clients;
mod token;
mod transcripts;
