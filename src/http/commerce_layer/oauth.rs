//! `/oauth/token`, `/oauth/revoke` and `/.well-known/jwks.json`, as Commerce Layer's clients use them.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::errors::{self, INVALID_CLIENT};
use super::limits::Door;
use super::{answer, body, cors, limits};
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::application::Application;
use crate::service::Fault;
use crate::service::commerce_layer::{applications, tokens};

/// What the scope is when none is asked for.
const SCOPE: &str = "market:all";

/// An OAuth error: status as a number, here.
struct Refused(StatusCode, &'static str, &'static str);

const INVALID_REQUEST: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "invalid_request",
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.",
);
const UNSUPPORTED_GRANT: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "unsupported_grant_type",
    "The authorization grant type is not supported by the authorization server.",
);
const UNKNOWN_CLIENT: Refused = Refused(StatusCode::UNAUTHORIZED, "invalid_client", INVALID_CLIENT);

/// Answers `/oauth/…`.
pub async fn serve(app: web::Data<App>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return cors::preflight(&app, &request);
    }
    let allowance = limits::take(&app, &request, Door::OAuth);
    let answered = match allowance.remaining {
        Some(_) => run(&app, &request, payload).await,
        None => Err(Refused(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "You have exceeded the rate limit.")),
    };
    let mut response = match answered {
        Ok(document) => HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(document),
        Err(refused) => refused.render(),
    };
    allowance.write(&mut response);
    cors::allow(&app, &request, &mut response);
    response
}

/// Answers the public key, to pages too: js-auth verifies tokens in the browser.
pub async fn key_set(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let mut response = match tokens::key_set(&app).await {
        Ok(keys) => HttpResponse::Ok().json(keys),
        Err(fault) => Refused::from(fault).render(),
    };
    cors::allow(&app, &request, &mut response);
    response
}

async fn run(app: &App, request: &HttpRequest, payload: web::Payload) -> Result<Value, Refused> {
    if request.method() != Method::POST {
        return Err(Refused(StatusCode::NOT_FOUND, "not_found", "There is no such endpoint."));
    }
    let bytes = body::bytes(app, payload).await.map_err(|_| INVALID_REQUEST)?;
    let sent = parameters(request, &bytes).ok_or(INVALID_REQUEST)?;
    match request.uri().path() {
        "/oauth/revoke" => revoke(app, &sent).await,
        _ => token(app, request, &sent).await,
    }
}

async fn token(app: &App, request: &HttpRequest, sent: &Map<String, Value>) -> Result<Value, Refused> {
    match text(sent, "grant_type") {
        Some("client_credentials") => {}
        None => return Err(INVALID_REQUEST),
        Some(_) => return Err(UNSUPPORTED_GRANT),
    }
    let application = sign_in(app, sent).await?;
    let scope = text(sent, "scope").filter(|scope| !scope.is_empty()).unwrap_or(SCOPE);
    let issuer = app.config.commerce_layer.issuer.clone().unwrap_or_else(|| answer::base_url(app, request));
    let made = tokens::issue(app, &application, scope, &issuer).await?;
    Ok(json!({
        "access_token": made.token, "token_type": "bearer", "expires_in": made.expires_in,
        "scope": scope, "created_at": made.created_at,
    }))
}

/// A storefront revokes with its client id alone: it can revoke only a token that it holds.
async fn revoke(app: &App, sent: &Map<String, Value>) -> Result<Value, Refused> {
    let application = match sign_in(app, sent).await {
        Err(Refused(StatusCode::UNAUTHORIZED, ..)) => {
            let detail = "You are not authorized to revoke this token";
            return Err(Refused(StatusCode::FORBIDDEN, "unauthorized_client", detail));
        }
        signed_in => signed_in?,
    };
    let token = text(sent, "token").ok_or(INVALID_REQUEST)?;
    tokens::revoke(app, &application, token).await?;
    Ok(json!({}))
}

async fn sign_in(app: &App, sent: &Map<String, Value>) -> Result<Application, Refused> {
    let client_id = text(sent, "client_id").ok_or(UNKNOWN_CLIENT)?.to_owned();
    let secret = text(sent, "client_secret").map(SecretString::from);
    Ok(applications::sign_in(app, client_id, secret).await?)
}

/// JSON, or a form when the header says so.
fn parameters(request: &HttpRequest, bytes: &[u8]) -> Option<Map<String, Value>> {
    let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        let pairs = form_urlencoded::parse(bytes).into_owned();
        return Some(pairs.map(|(name, value)| (name, Value::String(value))).collect());
    }
    serde_json::from_slice(bytes).ok()
}

fn text<'a>(sent: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    sent.get(name).and_then(Value::as_str)
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(Refusal::InvalidClient) => UNKNOWN_CLIENT,
            Fault::Refused(_) => INVALID_REQUEST,
            Fault::Busy => Self(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "The service is busy."),
            Fault::Broken(reason) => {
                errors::internal(&reason);
                Self(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Internal Server Error")
            }
        }
    }
}

impl Refused {
    fn render(&self) -> HttpResponse {
        let Self(status, title, detail) = *self;
        let code = status.canonical_reason().unwrap_or_default().to_uppercase().replace(' ', "_");
        let entry = json!({"title": title, "detail": detail, "code": code, "status": status.as_u16(), "meta": {}});
        HttpResponse::build(status).insert_header(("cache-control", "no-store")).json(json!({"errors": [entry]}))
    }
}
