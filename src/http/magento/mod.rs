//! The Magento door: `/rest/…/V1/…`, answered as Magento 2.4.8 answers, byte for byte.
//!
//! A request passes through these files in this order: `negotiation` (Accept), `url` (store code),
//! `routes` (operation, access), `body` and `decode_json` / `decode_xml`, `params` (merging, casts),
//! an operation's own file, `envelope` and `phrases` (errors), `encode_json` / `encode_xml`.
//!
//! Not in here: what the operations do (`service`).

mod asynchronous;
mod body;
mod casts;
mod change_password;
mod content_type;
mod create_customer;
mod create_customer_token;
mod customer_document;
mod decode_json;
mod decode_xml;
mod encode_json;
mod encode_xml;
mod envelope;
mod fields_filter;
mod get_me;
mod initiate_password_reset;
mod is_email_available;
mod negotiation;
mod ownership;
mod params;
mod phrases;
mod query;
mod reset_password;
mod revoke_customer_token;
mod routes;
pub mod schema;
mod signatures;
mod url;
mod validate_reset_link_token;
pub mod worker;

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Instant;

use actix_web::http::header::AUTHORIZATION;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::FutureExt;
use serde_json::Value;

use crate::app::App;
use crate::domain::shop::{Shop, Store};
use crate::http::{client_address, cors};
use crate::service::{self, identity};
use envelope::Problem;
use negotiation::Format;
pub use ownership::{Own, operations, own};
use params::Params;
use routes::Access;
pub use routes::{Operation, ROUTES, Route};

/// What an operation is given besides its parameters.
struct Context<'a> {
    app: &'a App,
    shop: &'a Shop,
    /// The store that the URL names, or the default.
    store: &'a Store,
    /// Who asks.
    address: IpAddr,
}

/// Answers any request that no other door takes.
pub async fn serve(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let origin = cors::allowed_origin(&request, &app.config.http.cors_origins);
    if let Some(answer) = origin.as_ref().and_then(|origin| cors::preflight(&request, origin)) {
        return answer;
    }
    let mut response = respond(&app, &request, payload).await;
    if let Some(origin) = origin {
        cors::permit(response.headers_mut(), &origin);
    }
    response
}

async fn respond(app: &App, request: &HttpRequest, payload: web::Payload) -> HttpResponse {
    let begun = Instant::now();
    let format = match negotiation::choose(request.headers().get("accept")) {
        Ok(format) => format,
        Err(first) => return envelope::refuse(app, Format::Json, &phrases::not_acceptable(&first)),
    };
    let answer = AssertUnwindSafe(answer(app, request, payload)).catch_unwind().await;
    match answer {
        Ok(Ok(Answer::Value(status, value))) => envelope::accept(format, status, &value),
        Ok(Ok(Answer::Schema(document))) => envelope::document(&document),
        Ok(Err(problem)) => {
            let rest = app.config.magento.refusal_time.saturating_sub(begun.elapsed());
            if !rest.is_zero() {
                tokio::time::sleep(rest).await;
            }
            envelope::refuse(app, format, &problem)
        }
        Err(_) => envelope::refuse(app, format, &phrases::internal_error(app, "a handler panicked")),
    }
}

/// Says in Magento's way and in the format that the request wants why nobody answers it.
pub fn refuse(app: &App, request: &HttpRequest, status: StatusCode, message: &str) -> HttpResponse {
    let format = negotiation::choose(request.headers().get("accept")).unwrap_or(Format::Json);
    envelope::refuse(app, format, &Problem { close: true, ..Problem::new(status, message) })
}

/// An answer that is no refusal.
enum Answer {
    /// A service's.
    Value(StatusCode, Value),
    /// The description of the services.
    Schema(Value),
}

/// Magento's order: store code, method, kind of request, route, access, body, parameters, service.
async fn answer(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<Answer, Problem> {
    let Some(path) = url::rest_path(request.uri().path()) else { return Err(phrases::no_route()) };
    let shop = service::shop::current(app).await.map_err(|fault| phrases::of_fault(app, fault))?;
    let whole_path = path;
    let (store, path) = url::split_store(&shop, whole_path);
    let store = store.ok_or_else(|| phrases::internal_error(app, "the shop has no default store"))?;
    let method = method(request.method())?;
    let trusted = &app.config.http.trusted_proxies;
    let context = Context { app, shop: &shop, store, address: client_address::of(request, trusted) };
    if url::is_versioned(&path) {
        let value = synchronous(&context, &method, &path, request, payload).await?;
        return Ok(Answer::Value(StatusCode::OK, value));
    }
    if let (Some(form), &Method::GET) = (schema::target(&path), &method) {
        let query = request.uri().query().unwrap_or_default();
        return schema::document(form, &url::base_path(&shop, whole_path), query).map(Answer::Schema);
    }
    match asynchronous::target(&path) {
        Some((bulk, path)) if method != Method::GET => {
            let value = later(&context, &method, path, bulk, request, payload).await?;
            Ok(Answer::Value(StatusCode::ACCEPTED, value))
        }
        _ => Err(phrases::cannot_be_processed()),
    }
}

/// `/V1/…`: done before it is answered.
async fn synchronous(
    context: &Context<'_>,
    method: &Method,
    path: &str,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Value, Problem> {
    let (route, variables) = routes::find(method, path).ok_or_else(phrases::no_route)?;
    let caller = check_access(context, route, request).await?;
    let (body, query) = read(context, method, request, payload).await?;
    let params = Params::merge(body, variables, query, method == Method::PUT);
    let operation = route.operation.ok_or_else(phrases::no_route)?;
    let value = call(context, operation, &params, caller).await?;
    Ok(match params.text("fields") {
        Some(filter) => fields_filter::apply(filter, value),
        None => value,
    })
}

/// `/async/V1/…`: answered before it is done.
async fn later(
    context: &Context<'_>,
    method: &Method,
    path: &str,
    bulk: bool,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<Value, Problem> {
    let (route, _) = routes::find(method, path).ok_or_else(phrases::no_route)?;
    let caller = check_access(context, route, request).await?;
    let operation = route.operation.filter(|operation| asynchronous::is_possible(*operation));
    let operation = operation.ok_or_else(phrases::no_route)?;
    let (body, query) = read(context, method, request, payload).await?;
    let calls = asynchronous::calls(body, bulk, query, method == Method::PUT)?;
    asynchronous::handle(context, operation, calls, caller).await
}

/// Body and query; only POST and PUT have a body.
async fn read(
    context: &Context<'_>,
    method: &Method,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<(Value, Vec<(String, Value)>), Problem> {
    let body = match method.as_str() {
        "POST" | "PUT" => body::read(context.app, request, payload).await?,
        _ => body::Body::default(),
    };
    let query = query::parse(request.uri().query().unwrap_or_default())?;
    Ok((body.decode(context.app)?, query))
}

/// Runs an operation. Each is boxed: the rare ones are large, and the whole would be moved about with
/// every request.
///
/// * `caller`: the customer behind the bearer token, on routes that ask for one.
async fn call(context: &Context<'_>, operation: Operation, params: &Params, caller: i64) -> Result<Value, Problem> {
    let running: Pin<Box<dyn Future<Output = Result<Value, Problem>> + '_>> = match operation {
        Operation::ResetPassword => Box::pin(reset_password::handle(context, params)),
        Operation::InitiatePasswordReset => Box::pin(initiate_password_reset::handle(context, params)),
        Operation::ValidateResetLinkToken => Box::pin(validate_reset_link_token::handle(context, params)),
        Operation::ChangePassword => Box::pin(change_password::handle(context, params, caller)),
        Operation::CreateCustomerToken => Box::pin(create_customer_token::handle(context, params)),
        Operation::RevokeCustomerToken => Box::pin(revoke_customer_token::handle(context, caller)),
        Operation::GetMe => Box::pin(get_me::handle(context, caller)),
        Operation::CreateCustomer => Box::pin(create_customer::handle(context, params)),
        Operation::IsEmailAvailable => Box::pin(is_email_available::handle(context, params)),
    };
    running.await
}

/// GET, POST, PUT and DELETE; Magento upper-cases what it is sent.
fn method(method: &Method) -> Result<Method, Problem> {
    let name = method.as_str().to_ascii_uppercase();
    [Method::GET, Method::POST, Method::PUT, Method::DELETE]
        .into_iter()
        .find(|method| method.as_str() == name)
        .ok_or_else(|| phrases::method_not_supported(&name))
}

/// Nobody, on routes that ask for nobody.
const ANYBODY: i64 = 0;

/// Anonymous routes ignore any `Authorization`, right or wrong; others answer whose it is.
async fn check_access(context: &Context<'_>, route: &Route, request: &HttpRequest) -> Result<i64, Problem> {
    match route.access {
        Access::Anonymous => Ok(ANYBODY),
        Access::Resource(resource) => Err(phrases::not_authorized(resource)),
        Access::Customer => {
            let found = identity::customer(context.app, context.shop, context.store, bearer(request)).await;
            let found = found.map_err(|fault| phrases::of_fault(context.app, fault))?;
            found.ok_or_else(|| phrases::not_authorized("self"))
        }
    }
}

/// The token of `Authorization: Bearer …`: the scheme in any case, exactly one blank.
fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' ');
    fits.then(|| token.to_owned())
}
