//! Reading a request's document: `{"data": {"type", "id"?, "attributes"?, "relationships"?}}`.

use actix_web::web::{BytesMut, Payload};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::errors::{self, Problem};
use crate::app::App;
use crate::json_api::types::{self, RESETS};

/// The resource object that was sent.
#[derive(Debug)]
pub struct Sent {
    /// None when it was not sent.
    pub id: Option<String>,
    /// By name.
    pub attributes: Map<String, Value>,
}

/// The bytes of a body: at most `http.max_body`, within `http.body_timeout`.
pub async fn bytes(app: &App, payload: Payload) -> Result<BytesMut, Problem> {
    let reading = tokio::time::timeout(app.config.http.body_timeout, collect(payload, app.config.http.max_body));
    reading.await.map_err(|_| errors::body_too_slow())?
}

async fn collect(mut payload: Payload, limit: usize) -> Result<BytesMut, Problem> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| errors::bad_request("The request body broke off."))?;
        if bytes.len() + chunk.len() > limit {
            return Err(errors::body_too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Parses a document in the order in which `jsonapi-resources` looks at it: the first mistake counts.
pub fn parse(bytes: &[u8]) -> Result<Sent, Problem> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| errors::bad_request(error.to_string()))?;
    let Value::Object(mut document) = document else { return Err(errors::bad_request("Request must be a hash")) };
    let mut data = match document.remove("data") {
        None => return Err(errors::param_missing("data")),
        Some(Value::Object(data)) => data,
        Some(_) => return Err(errors::invalid_data_format()),
    };
    check_type(data.get("type"))?;
    check_relationships(data.get("relationships"))?;
    let attributes = match data.remove("attributes") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(attributes)) => attributes,
        Some(_) => return Err(errors::invalid_data_format()),
    };
    let id = match data.remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(other) => Some(other.to_string()),
    };
    Ok(Sent { id, attributes })
}

fn check_type(kind: Option<&Value>) -> Result<(), Problem> {
    match kind {
        None | Some(Value::Null) => Err(errors::param_missing("type")),
        Some(Value::String(kind)) if kind == RESETS.name => Ok(()),
        Some(Value::String(kind)) if types::find(kind).is_some() => Err(errors::type_mismatch(kind)),
        Some(Value::String(kind)) => Err(errors::invalid_resource(kind)),
        Some(other) => Err(errors::invalid_resource(&other.to_string())),
    }
}

/// The SDK always sends an empty object; none of the relationships can be set.
fn check_relationships(relationships: Option<&Value>) -> Result<(), Problem> {
    match relationships {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(members)) => {
            members.keys().next().map_or(Ok(()), |name| Err(errors::param_not_allowed(name)))
        }
        Some(_) => Err(errors::invalid_links_object()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(body: &str) -> String {
        parse(body.as_bytes())
            .map_or_else(|problem| problem.render()["code"].as_str().unwrap().to_owned(), |_| "ok".into())
    }

    #[test]
    fn mistakes() {
        let cases = [
            ("{", "BAD_REQUEST"),
            ("[]", "BAD_REQUEST"),
            ("{}", "PARAM_MISSING"),
            (r#"{"data":[]}"#, "INVALID_DATA_FORMAT"),
            (r#"{"data":{}}"#, "PARAM_MISSING"),
            (r#"{"data":{"type":"customers"}}"#, "TYPE_MISMATCH"),
            (r#"{"data":{"type":"nosuch"}}"#, "INVALID_RESOURCE"),
            (r#"{"data":{"type":7}}"#, "INVALID_RESOURCE"),
            (r#"{"data":{"type":"customer_password_resets","attributes":[]}}"#, "INVALID_DATA_FORMAT"),
            (r#"{"data":{"type":"customer_password_resets","relationships":[]}}"#, "INVALID_LINKS_OBJECT"),
            (r#"{"data":{"type":"customer_password_resets","relationships":{"customer":{}}}}"#, "PARAM_NOT_ALLOWED"),
            (r#"{"data":{"type":"customer_password_resets","relationships":{}}}"#, "ok"),
        ];
        for (body, expected) in cases {
            assert_eq!(detail(body), expected, "{body}");
        }
    }
}
