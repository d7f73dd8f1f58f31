//! Magento's error object and the writing of answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_FRAME_OPTIONS};
use serde_json::{Map, Value};

use super::negotiation::Format;
use super::{encode_json, encode_xml};
use crate::app::App;
use crate::config::values::Mode;

/// An answer that is not the service's: status, message and what else Magento puts beside it.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// Placeholders unfilled where Magento leaves them so.
    pub message: String,
    /// Message and parameters of each of several errors.
    pub errors: Vec<(String, Value)>,
    /// An object for named placeholders, a list for positional ones.
    pub parameters: Option<Value>,
    /// What led here, for developer mode; never a secret.
    pub causes: Vec<String>,
    /// Whether the connection is closed because the rest of the request is not wanted.
    pub close: bool,
    /// Seconds after which another try makes sense.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A message alone.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: Vec::new(),
            parameters: None,
            causes: Vec::new(),
            close: false,
            retry_after: None,
        }
    }

    /// With parameters.
    pub fn with(mut self, parameters: Value) -> Self {
        self.parameters = Some(parameters);
        self
    }

    /// With a cause for the trace.
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Keys in Magento's order: message, errors, code (never for these calls), parameters, trace.
    fn to_value(&self, with_trace: bool) -> Value {
        let mut map = Map::new();
        map.insert("message".into(), self.message.as_str().into());
        if !self.errors.is_empty() {
            let error = |(message, parameters): &(String, Value)| serde_json::json!({"message": message, "parameters": parameters});
            map.insert("errors".into(), self.errors.iter().map(error).collect());
        }
        if let Some(parameters) = &self.parameters {
            map.insert("parameters".into(), parameters.clone());
        }
        if with_trace {
            map.insert("trace".into(), self.trace().into());
        }
        Value::Object(map)
    }

    /// Our own chain of causes, numbered as PHP numbers its frames.
    fn trace(&self) -> String {
        let mut frames: Vec<String> = self.causes.clone();
        frames.push("{main}".into());
        frames.iter().enumerate().map(|(n, frame)| format!("#{n} {frame}")).collect::<Vec<_>>().join("\n")
    }
}

/// The answer of a service.
pub fn accept(format: Format, status: StatusCode, value: &Value) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((X_FRAME_OPTIONS, "SAMEORIGIN"));
    write(&mut response, format, value)
}

/// A schema: JSON whatever was asked for, and no charset, as in Magento.
pub fn document(value: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(value.to_string())
}

/// The answer to a request that is refused or failed.
pub fn refuse(app: &App, format: Format, problem: &Problem) -> HttpResponse {
    let mut response = HttpResponse::build(problem.status);
    if problem.close {
        response.force_close();
    }
    if let Some(seconds) = problem.retry_after {
        response.insert_header((RETRY_AFTER, seconds));
    }
    let developer = app.config.magento.mode == Mode::Developer;
    write(&mut response, format, &problem.to_value(developer))
}

fn write(response: &mut actix_web::HttpResponseBuilder, format: Format, value: &Value) -> HttpResponse {
    response.insert_header((CACHE_CONTROL, "no-store"));
    match format {
        Format::Json => {
            response.insert_header((CONTENT_TYPE, "application/json; charset=utf-8")).body(encode_json::encode(value))
        }
        Format::Xml => {
            response.insert_header((CONTENT_TYPE, "application/xml; charset=utf-8")).body(encode_xml::encode(value))
        }
    }
}
