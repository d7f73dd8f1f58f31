//! The doors: each turns HTTP into a use case's input and its outcome into a wire answer.
//!
//! Not in here: rules, SQL, hashing. A door knows `service` and `domain`; the doors never know each
//! other.

mod fallback;
pub mod magento;
pub mod ops;
pub mod passthrough;

use actix_web::web;
pub use fallback::{Answerer, Behind};

/// Mounts every door. What no other route takes is Magento's, ours or the one behind us: its paths
/// are matched raw, byte for byte, which actix's router would not do.
pub fn routes(config: &mut web::ServiceConfig, behind: &Behind) {
    config.app_data(web::Data::new(behind.open())).configure(ops::routes).default_service(web::to(fallback::serve));
}
