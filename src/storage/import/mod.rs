//! Bringing in many customers: their rows, how far an import came, and the Magento they are read from.
//!
//! Not in here: files and their columns (`cli/import`), the order of steps (`service/import`).

pub mod customers;
mod literals;
pub mod places;
pub mod progress;
pub mod source;
