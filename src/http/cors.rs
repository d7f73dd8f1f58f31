//! Cross-origin calls from browsers: none by default, named origins when configured.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

/// What a browser may send.
const METHODS: &str = "GET, POST, PUT, DELETE";
const HEADERS: &str = "Authorization, Content-Type, Accept, Store, X-ReCaptcha";

/// How long a browser may remember a permission, seconds.
const MAX_AGE: &str = "600";

/// The request's origin, when it is one of those that are allowed; exact, never a wildcard.
pub fn allowed_origin(request: &HttpRequest, origins: &[String]) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let text = origin.to_str().ok()?;
    origins.iter().any(|allowed| allowed == text).then(|| origin.clone())
}

/// The answer to a browser's question whether it may.
pub fn preflight(request: &HttpRequest, origin: &HeaderValue) -> Option<HttpResponse> {
    let asks = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = HttpResponse::NoContent().finish();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
    permit(headers, origin);
    Some(response)
}

/// Lets the page of this origin read the answer.
pub fn permit(headers: &mut HeaderMap, origin: &HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
