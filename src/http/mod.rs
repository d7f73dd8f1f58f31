//! The doors: each turns HTTP into a use case's input and its outcome into a wire answer.
//!
//! Not in here: rules, SQL, hashing. A door knows `service` and `domain`; the doors never know each
//! other.

pub mod api;
pub mod client_address;
pub mod commerce_layer;
pub mod cors;
mod fallback;
pub mod magento;
pub mod openapi;
pub mod ops;
pub mod pages;
pub mod passthrough;

use actix_web::web;
use serde_json::{Map, Value};

use crate::app::App;
use api::{Api, Dialect};
pub use fallback::{Answerer, Behind, Row};

/// Mounts every door. What no other route takes is Magento's, ours or the one behind us: its paths
/// are matched raw, byte for byte, which actix's router would not do.
pub fn routes(config: &mut web::ServiceConfig, behind: &Behind) {
    config
        .app_data(web::Data::new(behind.open()))
        .configure(ops::routes)
        .configure(openapi::routes)
        .configure(pages::routes)
        .configure(commerce_layer::routes)
        .default_service(web::to(fallback::serve));
}

/// What every door answers, in the order in which it is shown.
fn published() -> Vec<Api> {
    let mut apis = magento::schema::apis();
    apis.push(ops::api());
    apis
}

/// The definitions that [`published`] refers to.
fn definitions(dialect: Dialect) -> Map<String, Value> {
    magento::schema::definitions::all(dialect)
}

/// Starts what works in the background beside the doors; it ends with the actix system.
pub fn start_workers(app: &web::Data<App>) {
    actix_web::rt::spawn(magento::worker::run(app.clone()));
}
