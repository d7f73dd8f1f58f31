//! The doors: each turns HTTP into a use case's input and its outcome into a wire answer.
//!
//! Not in here: rules, SQL, hashing. A door knows `service` and `domain`; the doors never know each
//! other.

pub mod commerce_layer;
pub mod magento;
pub mod ops;

use actix_web::web;

/// Mounts every door. What no other route takes is Magento's: its paths are matched raw, byte for
/// byte, which actix's router would not do.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(ops::routes).configure(commerce_layer::routes).default_service(web::to(magento::serve));
}
