//! A line a request, at level `debug`: at `info` it would cost more than a refused reset. And its time,
//! measured.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use uuid::Uuid;

use super::Metrics;

/// The segment behind this one is a token.
const TOKEN_FOLLOWS: &str = "resetLinkToken";

const NAME: &str = "x-request-id";

/// Gives the request an id, answers it as `X-Request-Id`, and logs method, path, status and time.
///
/// # Errors
/// Those of the service behind it.
pub async fn access_log<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let id = Uuid::new_v4().simple().to_string();
    let wanted = log::log_enabled!(log::Level::Debug);
    let line = wanted.then(|| format!("{} {}", request.method(), redacted(request.path())));
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let begin = Instant::now();
    let mut response = next.call(request).await?;
    // An answer that was passed through may have an id already; it is not ours to change.
    if !response.headers().contains_key(NAME)
        && let Ok(value) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(HeaderName::from_static(NAME), value);
    }
    if let Some(metrics) = metrics {
        metrics.answered(response.status().as_u16(), begin.elapsed());
    }
    if let Some(line) = line {
        log::debug!("{line} {} {:.1?} {id}", response.status().as_u16(), begin.elapsed());
    }
    Ok(response)
}

/// The path with tokens taken out and control characters escaped.
fn redacted(path: &str) -> String {
    let mut hide = false;
    let segments = path.split('/').map(|segment| {
        let shown = if hide { "***".to_owned() } else { segment.escape_default().to_string() };
        hide = segment == TOKEN_FOLLOWS;
        shown
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_out() {
        let path = "/rest/V1/customers/1/password/resetLinkToken/s3cret";
        assert_eq!(redacted(path), "/rest/V1/customers/1/password/resetLinkToken/***");
        assert_eq!(redacted("/a\nb"), "/a\\nb");
    }
}
