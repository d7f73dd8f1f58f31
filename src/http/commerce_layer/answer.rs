//! Answers: documents and errors.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::errors::{Problem, Problems};
use super::negotiation::MEDIA_TYPE;
use crate::app::App;

/// What an operation answers.
pub enum Answer {
    /// 200.
    Document(Value),
    /// 201, and where it is found.
    Created(Value),
    /// 204.
    Nothing,
}

/// The configured base URL, else the address that this server listens on. Never the `Host` header,
/// which is the client's.
pub fn base_url(app: &App, request: &HttpRequest) -> String {
    let configured = app.config.commerce_layer.base_url.clone();
    configured.unwrap_or_else(|| format!("http://{}", request.app_config().local_addr()))
}

/// The response.
pub fn render(answer: Result<Answer, Problems>) -> HttpResponse {
    match answer {
        Ok(Answer::Document(document)) => json_api(StatusCode::OK, &document),
        Ok(Answer::Created(document)) => {
            let mut response = json_api(StatusCode::CREATED, &document);
            let location = document["data"]["links"]["self"].as_str().unwrap_or_default();
            if let Ok(location) = HeaderValue::from_str(location) {
                response.headers_mut().insert(LOCATION, location);
            }
            response
        }
        Ok(Answer::Nothing) => HttpResponse::NoContent().finish(),
        Err(problems) => refuse(&problems),
    }
}

fn refuse(problems: &[Problem]) -> HttpResponse {
    let status = problems.first().map_or(StatusCode::INTERNAL_SERVER_ERROR, |problem| problem.status);
    let entries: Vec<Value> = problems.iter().map(Problem::render).collect();
    let mut response = json_api(status, &json!({"errors": entries}));
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn json_api(status: StatusCode, document: &Value) -> HttpResponse {
    let mut response = HttpResponse::build(status).body(document.to_string());
    let headers = response.headers_mut();
    headers.insert(actix_web::http::header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    // Answers hold tokens and addresses.
    headers.insert(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
    response
}
