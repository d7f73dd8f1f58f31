//! For operators and load balancers: `/health`, `/ready` and `/metrics`.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::api::{Answer, Api, Operation, Type};
use super::client_address;
use crate::app::App;
use crate::service::readiness;
use crate::telemetry::{self, Metrics};

/// Mounts the routes.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/health", web::get().to(health))
        .route("/ready", web::get().to(ready))
        .route("/metrics", web::get().to(metrics));
}

/// The first two, for the documents; the third is nobody's business but the operator's.
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

/// What was measured, for those whom `http.metrics_from` names; for others there is no such page.
async fn metrics(app: web::Data<App>, metrics: web::Data<Metrics>, request: HttpRequest) -> HttpResponse {
    let http = &app.config.http;
    let client = client_address::of(&request, &http.trusted_proxies);
    if !http.metrics_from.iter().any(|network| network.contains(&client)) {
        return HttpResponse::NotFound().json(json!({"status": "not found"}));
    }
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, telemetry::CONTENT_TYPE))
        .body(metrics.text())
}
