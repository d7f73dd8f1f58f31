//! For operators and load balancers: `/health` and `/ready`.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::api::{Answer, Api, Operation, Type};
use crate::app::App;
use crate::service::readiness;

/// Mounts the routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/health", web::get().to(health)).route("/ready", web::get().to(ready));
}

/// Both, for the documents.
pub fn api() -> Api {
    let row = |path: &str, id: &str, summary, about, example| Operation {
        id: id.into(),
        tag: "operations",
        method: "GET",
        path: path.into(),
        summary,
        notes: "",
        signed_in: false,
        many: false,
        parameters: Vec::new(),
        success: Answer { status: 200, about, kind: Type::Object, example },
        refusals: Vec::new(),
        refusal: Type::Object,
    };
    let health = row("/health", "health", "Whether the process lives", "It does", json!({"status": "ok"}));
    let mut ready = row("/ready", "ready", "Whether calls can be answered", "They can", json!({"status": "ready"}));
    ready.refusals.push((503, "The database does not answer, or its migrations are not current"));
    Api { root: String::new(), formats: &["application/json"], operations: vec![health, ready] }
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
