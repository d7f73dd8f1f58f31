//! For operators and load balancers: `/health` and `/ready`.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::app::App;
use crate::service::readiness;

/// Mounts the routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/health", web::get().to(health)).route("/ready", web::get().to(ready));
}

/// The process lives.
async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// The database answers and its migrations are current.
async fn ready(app: web::Data<App>) -> HttpResponse {
    match readiness::check(&app).await {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ready"})),
        Err(reason) => {
            log::warn!("not ready: {reason}");
            HttpResponse::ServiceUnavailable().json(json!({"status": "unavailable", "reason": reason.summary()}))
        }
    }
}
