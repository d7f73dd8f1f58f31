//! The doors: each turns HTTP into a use case's input and its outcome into a wire answer.
//!
//! Not in here: rules, SQL, hashing. A door knows `service` and `domain`; the doors never know each
//! other.

pub mod api;
pub mod magento;
pub mod ops;

use actix_web::web;

use crate::app::App;

/// Mounts every door. What no other route takes is Magento's: its paths are matched raw, byte for
/// byte, which actix's router would not do.
pub fn routes(config: &mut web::ServiceConfig) {
    config.configure(ops::routes).default_service(web::to(magento::serve));
}

/// Starts what works in the background beside the doors; it ends with the actix system.
pub fn start_workers(app: &web::Data<App>) {
    actix_web::rt::spawn(magento::worker::run(app.clone()));
}
