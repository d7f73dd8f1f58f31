//! Reading a request's body: bounded in size and time.

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{BytesMut, Payload};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use serde_json::Value;

use super::content_type::{self, BodyFormat};
use super::envelope::Problem;
use super::{decode_json, decode_xml, phrases};
use crate::app::App;
use crate::config::values::Mode;

/// A body as it came.
#[derive(Default)]
pub struct Body {
    bytes: web::Bytes,
    content_type: Option<String>,
}

/// Reads the body up to `http.max_body` bytes within `http.body_timeout`.
///
/// # Errors
/// 413, 408, or 400 for a body that breaks off.
pub async fn read(app: &App, request: &HttpRequest, payload: Payload) -> Result<Body, Problem> {
    let limit = app.config.http.max_body;
    let text =
        |name| request.headers().get(name).and_then(|value: &actix_web::http::header::HeaderValue| value.to_str().ok());
    if text(CONTENT_LENGTH).and_then(|length| length.parse().ok()).is_some_and(|length: usize| length > limit) {
        return Err(phrases::body_too_large(limit));
    }
    let content_type = text(CONTENT_TYPE).map(str::to_owned);
    let reading = tokio::time::timeout(app.config.http.body_timeout, collect(payload, limit));
    let bytes = reading.await.map_err(|_| phrases::body_too_slow())??;
    Ok(Body { bytes, content_type })
}

async fn collect(mut payload: Payload, limit: usize) -> Result<web::Bytes, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| phrases::body_broken())?;
        if bytes.len() + chunk.len() > limit {
            return Err(phrases::body_too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

impl Body {
    fn is_object(&self) -> bool {
        self.bytes.trim_ascii_start().first() == Some(&b'{')
    }

    /// The parameters in the body. A body that PHP takes for false (empty, or `0`) has none, and
    /// its Content-Type is not looked at.
    ///
    /// # Errors
    /// A Content-Type that is not understood, or a body that does not decode.
    pub fn decode(&self, app: &App) -> Result<Value, Problem> {
        let content_type = self.content_type.as_deref();
        if matches!(&self.bytes[..], b"" | b"0") || content_type::is_multipart(content_type) {
            return Ok(Value::Null);
        }
        if app.config.magento.accept_curl_json && content_type::is_curls_default(content_type) && self.is_object() {
            return decode_json::decode(&self.bytes).map_err(|_| phrases::decoding_error(None));
        }
        let developer = app.config.magento.mode == Mode::Developer;
        match content_type::read(content_type)? {
            BodyFormat::Json => decode_json::decode(&self.bytes).map_err(|detail| {
                phrases::decoding_error(developer.then(|| format!(": \nUnable to unserialize value. Error: {detail}")))
            }),
            BodyFormat::Xml => decode_xml::decode(&self.bytes)
                .map_err(|detail| phrases::decoding_error(developer.then(|| format!(": {detail}")))),
        }
    }
}
