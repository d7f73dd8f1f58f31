//! Calls from browsers of other origins: storefronts PATCH from the page.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;

const METHODS: &str = "GET, POST, PATCH, PUT, DELETE, OPTIONS";
const HEADERS: &str = "Authorization, Content-Type, Accept";
const EXPOSED: &str = "x-ratelimit-limit, x-ratelimit-interval, x-ratelimit-remaining, x-request-id";
const DAY: &str = "86400";

/// Answers the browser's question before the call.
pub fn preflight(app: &App, request: &HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::NoContent().finish();
    if allow(app, request, &mut response) {
        let asked = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(HeaderValue::from_static(HEADERS)));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(DAY));
    }
    response
}

/// Lets the page read the answer, when its origin is one of `commerce_layer.cors_origins`. Without
/// credentials: tokens travel in a header, never in a cookie.
pub fn allow(app: &App, request: &HttpRequest, response: &mut HttpResponse) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else { return false };
    let origins = &app.config.commerce_layer.cors_origins;
    let allowed = if origins.iter().any(|one| one == "*") {
        HeaderValue::from_static("*")
    } else if origins.iter().any(|one| one.as_bytes() == origin.as_bytes()) {
        response.headers_mut().insert(VARY, HeaderValue::from_static("Origin"));
        origin.clone()
    } else {
        return false;
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    true
}
