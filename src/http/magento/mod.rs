//! The Magento door: `/rest/…/V1/…`, answered as Magento 2.4.8 answers, byte for byte.
//!
//! A request passes through these files in this order: `negotiation` (Accept), `url` (store code),
//! `routes` (operation, access), `body` and `decode_json` / `decode_xml`, `params` (merging, casts),
//! an operation's own file, `envelope` and `phrases` (errors), `encode_json` / `encode_xml`.
//!
//! Not in here: what the operations do (`service`).

mod body;
mod casts;
mod content_type;
mod decode_json;
mod decode_xml;
mod encode_json;
mod encode_xml;
mod envelope;
mod negotiation;
mod ownership;
mod params;
mod phrases;
mod query;
mod reset_password;
mod routes;
mod url;

use std::panic::AssertUnwindSafe;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::FutureExt;
use serde_json::Value;

use crate::app::App;
use crate::domain::shop::{Shop, Store};
use crate::service;
use envelope::Problem;
use negotiation::Format;
pub use ownership::{operation, operations};
use params::Params;
use routes::Access;
pub use routes::{Operation, ROUTES, Route};

/// What an operation is given besides its parameters.
struct Context<'a> {
    app: &'a App,
    shop: &'a Shop,
    /// The store that the URL names, or the default.
    store: &'a Store,
}

/// Answers any request that no other door takes.
pub async fn serve(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let format = match negotiation::choose(request.headers().get("accept")) {
        Ok(format) => format,
        Err(first) => return envelope::refuse(&app, Format::Json, &phrases::not_acceptable(&first)),
    };
    let answer = AssertUnwindSafe(answer(&app, &request, payload)).catch_unwind().await;
    match answer {
        Ok(Ok(value)) => envelope::accept(format, &value),
        Ok(Err(problem)) => envelope::refuse(&app, format, &problem),
        Err(_) => envelope::refuse(&app, format, &phrases::internal_error(&app, "a handler panicked")),
    }
}

/// Says in Magento's way and in the format that the request wants why nobody answers it.
pub fn refuse(app: &App, request: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let format = negotiation::choose(request.headers().get("accept")).unwrap_or(Format::Json);
    envelope::refuse(app, format, &Problem { close: true, ..Problem::new(status, message) })
}

/// Magento's order: store code, method, kind of request, route, access, body, parameters, service.
async fn answer(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<Value, Problem> {
    let Some(path) = url::rest_path(request.uri().path()) else { return Err(phrases::no_route()) };
    let shop = service::shop::current(app).await.map_err(|fault| phrases::of_fault(app, fault))?;
    let (store, path) = url::split_store(&shop, path);
    let store = store.ok_or_else(|| phrases::internal_error(app, "the shop has no default store"))?;
    let method = method(request.method())?;
    if !url::is_versioned(&path) {
        return Err(phrases::cannot_be_processed());
    }
    let (route, variables) = routes::find(&method, &path).ok_or_else(phrases::no_route)?;
    check_access(route)?;
    let body = match method.as_str() {
        "POST" | "PUT" => body::read(app, request, payload).await?,
        _ => body::Body::default(),
    };
    let query = query::parse(request.uri().query().unwrap_or_default())?;
    let params = Params::merge(body.decode(app)?, variables, query, method == Method::PUT);
    let context = Context { app, shop: &shop, store };
    match route.operation {
        Some(Operation::ResetPassword) => reset_password::handle(&context, &params).await,
        None => Err(phrases::no_route()),
    }
}

/// GET, POST, PUT and DELETE; Magento upper-cases what it is sent.
fn method(method: &Method) -> Result<Method, Problem> {
    let name = method.as_str().to_ascii_uppercase();
    [Method::GET, Method::POST, Method::PUT, Method::DELETE]
        .into_iter()
        .find(|method| method.as_str() == name)
        .ok_or_else(|| phrases::method_not_supported(&name))
}

/// Anonymous routes ignore any `Authorization`, right or wrong.
fn check_access(route: &Route) -> Result<(), Problem> {
    match route.access {
        Access::Anonymous => Ok(()),
        Access::Resource(resource) => Err(phrases::not_authorized(resource)),
    }
}
