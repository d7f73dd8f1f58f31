//! Commerce Layer's door: `/api/customer_password_resets` and what it links to, as JSON:API, and the
//! OAuth endpoints that its clients sign in at.
//!
//! A request to `/api` passes through these files in this order: `cors` (preflight), `limits`,
//! `access` (bearer token), `negotiation` (Accept, Content-Type), `routes` (operation, role), `query`
//! and `body` with `attributes`, an operation in `resets` or `related`, `include`, `answer` and
//! `errors`.
//!
//! Not in here: what the operations do (`service`), how resources look (`json_api`).

mod access;
mod answer;
mod attributes;
mod body;
mod cors;
mod errors;
mod include;
mod limits;
mod negotiation;
mod oauth;
mod query;
mod related;
mod resets;
mod routes;

use std::panic::AssertUnwindSafe;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::FutureExt;

use crate::app::App;
use crate::json_api::types::{CUSTOMERS, RESETS};
use access::Caller;
use answer::Answer;
use errors::Problems;
use query::Query;
use routes::Operation;

/// Mounts the door. Magento has `/oauth/token/request` and `/oauth/token/access`: only the two exact
/// paths are taken.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/.well-known/jwks.json", web::get().to(oauth::key_set))
        .route("/oauth/token", web::to(oauth::serve))
        .route("/oauth/revoke", web::to(oauth::serve))
        .service(web::scope("/api").default_service(web::to(serve)));
}

/// What an operation is given.
struct Context<'a> {
    app: &'a App,
    caller: Caller,
    query: Query,
    /// What absolute links begin with.
    base: String,
}

/// Answers any request under `/api`.
async fn serve(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return cors::preflight(&app, &request);
    }
    let allowance = limits::take(&app, &request, limits::Door::Api);
    let answer = AssertUnwindSafe(run(&app, &request, payload, allowance.remaining.is_some()));
    let answer = answer.catch_unwind().await.unwrap_or_else(|_| Err(errors::internal("a handler panicked").into()));
    let mut response = answer::render(answer);
    allowance.write(&mut response);
    cors::allow(&app, &request, &mut response);
    response
}

async fn run(app: &App, request: &HttpRequest, payload: web::Payload, allowed: bool) -> Result<Answer, Problems> {
    if !allowed {
        return Err(errors::too_many_requests().into());
    }
    let caller = access::caller(app, request).await?;
    negotiation::check_accept(request)?;
    let operation = routes::find(request.method(), request.uri().path())?;
    caller.check(&operation)?;
    let query = Query::parse(request.uri().query().unwrap_or_default())?;
    let context = Context { app, caller, query, base: answer::base_url(app, request) };
    if operation.has_body() {
        negotiation::check_content_type(request)?;
        let sent = body::parse(&body::bytes(app, payload).await?)?;
        return match operation {
            Operation::Update(id) => resets::update(&context, id, sent).await,
            _ => resets::create(&context, sent).await,
        };
    }
    perform(&context, operation).await
}

async fn perform(context: &Context<'_>, operation: Operation) -> Result<Answer, Problems> {
    match operation {
        Operation::List => resets::list(context).await,
        Operation::Retrieve(id) => resets::retrieve(context, id).await,
        Operation::Delete(id) => resets::delete(context, id).await,
        Operation::Create | Operation::Update(_) => Err(errors::not_found().into()),
        Operation::ResetRelated(id, name) => related::of_reset(context, id, &name).await,
        Operation::ResetLinkage(id, name) => related::linkage(context, &RESETS, id, &name).await,
        Operation::Customers => related::customers(context).await,
        Operation::Customer(id) => related::customer(context, &id).await,
        Operation::CustomerRelated(id, name) => related::of_customer(context, &id, &name).await,
        Operation::CustomerLinkage(id, name) => related::linkage(context, &CUSTOMERS, id, &name).await,
        Operation::Event(id) => related::event(context, id).await,
        Operation::EventRelated(id, name) => related::of_event(context, id, &name).await,
        Operation::EventStore(id) => related::event_store(context, &id).await,
    }
}
