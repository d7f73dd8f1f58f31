//! The upstream's answer on its way to the client, piece by piece as it comes.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Version};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{Stream, unfold};
use http::header::CONTENT_LENGTH;
use hyper::body::{Body, Bytes, Incoming};
use tokio::time::timeout;

use super::{Failure, headers};

/// Status, headers and body as they came, framed for the client's connection.
pub fn answer(
    request: &HttpRequest,
    answer: http::Response<Incoming>,
    limit: Duration,
) -> Result<HttpResponse, Failure> {
    let (mut head, body) = answer.into_parts();
    headers::strip(&mut head.headers);
    let status = StatusCode::from_u16(head.status.as_u16()).map_err(|_| Failure::Broken)?;
    let mut response = HttpResponse::build(status);
    for (name, value) in &head.headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).map_err(|_| Failure::Broken)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| Failure::Broken)?;
        response.append_header((name, value));
    }
    let length = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let pieces = pieces(body, limit);
    Ok(match length {
        _ if bodiless => response.finish(),
        // An answer to HEAD has the length of a body that does not follow.
        Some(length) => response.body(SizedStream::new(length, pieces)),
        None if request.method() == Method::HEAD => response.finish(),
        None => {
            let mut response = response.streaming(pieces);
            // HTTP/1.0 has no chunks: the end of the connection is the end of the body.
            if request.version() < Version::HTTP_11 {
                response.head_mut().no_chunking(true);
            }
            response.map_into_boxed_body()
        }
    })
}

/// The body's pieces; an upstream that stands still for longer than the limit has broken off, and
/// the client sees its connection cut: there is no other way to say so any more.
fn pieces(body: Incoming, limit: Duration) -> impl Stream<Item = Result<Bytes, Failure>> {
    unfold(Some(body), move |body| async move {
        let mut body = body?;
        let next = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx));
        match timeout(limit, next).await {
            Ok(None) => None,
            // Trailers are not carried on.
            Ok(Some(Ok(frame))) => Some((Ok(frame.into_data().unwrap_or_default()), Some(body))),
            Ok(Some(Err(error))) => {
                log::warn!("upstream broke off: {error}");
                Some((Err(Failure::Broken), None))
            }
            Err(_) => Some((Err(Failure::TimedOut), None)),
        }
    })
}
