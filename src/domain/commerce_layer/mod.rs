//! The nouns and rules of Commerce Layer's door, pure: resets as resources, events, applications,
//! what a list may be asked for.
//!
//! Not in here: JSON (`json_api`), query strings (`http::commerce_layer::query`), SQL.

pub mod application;
pub mod event;
pub mod listing;
pub mod metadata;
pub mod public_id;
pub mod rate_limit;
pub mod reset;
