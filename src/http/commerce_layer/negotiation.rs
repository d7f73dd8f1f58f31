//! `Accept` and `Content-Type`.

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE};

use super::errors::{self, Problem};

/// JSON:API's media type; parameters are not allowed on it.
pub const MEDIA_TYPE: &str = "application/vnd.api+json";

/// Fine when absent, `*/*`, `application/*`, or when one entry is the media type without parameters
/// (a quality does not count as one).
pub fn check_accept(request: &HttpRequest) -> Result<(), Problem> {
    let Some(header) = request.headers().get(ACCEPT) else { return Ok(()) };
    let accept = header.to_str().unwrap_or_default();
    let fits = |entry: &str| {
        let mut parts = entry.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        match name {
            "*/*" | "application/*" => true,
            MEDIA_TYPE => parts.all(|parameter| parameter.starts_with("q=")),
            _ => false,
        }
    };
    let fits_any = accept.trim().is_empty() || accept.split(',').any(|entry| fits(entry.trim()));
    if fits_any { Ok(()) } else { Err(errors::not_acceptable(accept)) }
}

/// Requests with a body name the media type, without parameters.
pub fn check_content_type(request: &HttpRequest) -> Result<(), Problem> {
    let header = request.headers().get(CONTENT_TYPE);
    let media_type = header.and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case(MEDIA_TYPE) { Ok(()) } else { Err(errors::unsupported_media_type(media_type)) }
}
