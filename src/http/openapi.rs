//! `GET /openapi.json`: everything that this server answers, as OpenAPI 3.1.
//!
//! Not in here: what is said about the calls; each door publishes that itself ([`super::published`]).

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::api::{Api, Dialect, Operation, Parameter, Place, Type};

const DIALECT: Dialect = Dialect::OpenApi;

/// Mounts the route.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/openapi.json", web::get().to(serve));
}

async fn serve() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(document(&super::published(), &super::definitions(DIALECT)).to_string())
}

/// The document. Its server is the one that sent it: `/` cannot be forged by a Host header.
fn document(apis: &[Api], definitions: &Map<String, Value>) -> Value {
    let mut paths = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for api in apis {
        for operation in &api.operations {
            let path = paths.entry(format!("{}{}", api.root, operation.path)).or_insert_with(|| json!({}));
            path[operation.method.to_ascii_lowercase()] = entry(operation, api.formats);
            if !tags.contains(&operation.tag) {
                tags.push(operation.tag);
            }
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "rekey",
            "version": env!("CARGO_PKG_VERSION"),
            "description": env!("CARGO_PKG_DESCRIPTION"),
            "license": {"name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE")},
        },
        "servers": [{"url": "/"}],
        "tags": tags.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"customer": {
                "type": "http", "scheme": "bearer",
                "description": "The token of POST /rest/{store}/V1/integration/customer/token",
            }},
        },
    })
}

fn entry(operation: &Operation, formats: &[&str]) -> Value {
    let mut entry = json!({
        "tags": [operation.tag],
        "summary": operation.summary,
        "operationId": operation.id,
        "responses": responses(operation, formats),
        "security": [],
    });
    if !operation.notes.is_empty() {
        entry["description"] = operation.notes.into();
    }
    let outside = operation.parameters.iter().filter(|parameter| parameter.place != Place::Body);
    let parameters: Vec<Value> = outside.map(parameter).collect();
    if !parameters.is_empty() {
        entry["parameters"] = parameters.into();
    }
    if let Some(schema) = DIALECT.body(operation) {
        entry["requestBody"] = json!({
            "required": true,
            "content": content(formats, &schema, operation.example_body().as_ref()),
        });
    }
    if operation.signed_in {
        entry["security"] = json!([{"customer": []}]);
    }
    entry
}

fn parameter(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name,
        "in": if parameter.place == Place::Path { "path" } else { "query" },
        "required": parameter.required,
        "description": parameter.about,
        "schema": DIALECT.schema(parameter.kind),
        "example": parameter.example,
    })
}

fn responses(operation: &Operation, formats: &[&str]) -> Map<String, Value> {
    let success = &operation.success;
    let good = json!({
        "description": success.about,
        "content": content(formats, &DIALECT.schema(success.kind), Some(&success.example)),
    });
    let schema = DIALECT.schema(operation.refusal);
    let refusal = |about: &str| json!({"description": about, "content": content(formats, &schema, None)});
    let others = (operation.refusal != Type::Object).then(|| ("default".to_owned(), refusal("Any other refusal")));
    std::iter::once((success.status.to_string(), good))
        .chain(operation.refusals.iter().map(|(status, about)| (status.to_string(), refusal(about))))
        .chain(others)
        .collect()
}

/// The example is JSON; of the other formats the schema alone tells.
fn content(formats: &[&str], schema: &Value, example: Option<&Value>) -> Map<String, Value> {
    let mut content: Map<String, Value> =
        formats.iter().map(|format| ((*format).to_owned(), json!({"schema": schema}))).collect();
    if let (Some(example), Some(json)) = (example, content.get_mut("application/json")) {
        json["example"] = example.clone();
    }
    content
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn published() -> Value {
        document(&crate::http::published(), &crate::http::definitions(DIALECT))
    }

    fn operations(document: &Value) -> Vec<(&String, &Value)> {
        let paths = document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| item.as_object().unwrap().values().map(move |entry| (path, entry)))
            .collect()
    }

    #[test]
    fn every_call_is_listed_once() {
        let document = published();
        let paths = document["paths"].as_object().unwrap();
        for path in [
            "/rest/{store}/V1/customers/resetPassword",
            "/rest/{store}/async/V1/customers/resetPassword",
            "/rest/{store}/async/bulk/V1/customers/resetPassword",
            "/rest/{store}/schema",
            "/health",
            "/ready",
        ] {
            assert!(paths.contains_key(path), "{path}");
        }
        let ids: Vec<&str> =
            operations(&document).iter().map(|(_, entry)| entry["operationId"].as_str().unwrap()).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{ids:?}");
    }

    #[test]
    fn variables_of_paths_are_declared_and_required() {
        let document = published();
        for (path, entry) in operations(&document) {
            let none = Vec::new();
            let parameters = entry["parameters"].as_array().unwrap_or(&none);
            let declared: HashSet<String> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path" && parameter["required"] == true)
                .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
                .collect();
            let variables: HashSet<String> =
                path.split('/').filter(|segment| segment.starts_with('{')).map(str::to_owned).collect();
            assert_eq!(declared, variables, "{path}");
        }
    }

    #[test]
    fn references_resolve() {
        let document = published();
        let text = document.to_string();
        let mut count = 0;
        for rest in text.split("\"$ref\":\"#").skip(1) {
            let (pointer, _) = rest.split_once('"').unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
            count += 1;
        }
        assert!(count > 0);
    }

    #[test]
    fn signed_in_calls_ask_for_a_token() {
        let document = published();
        let security = |path: &str, method: &str| document["paths"][path][method]["security"].clone();
        assert_eq!(security("/rest/{store}/V1/customers/me", "get"), json!([{"customer": []}]));
        assert_eq!(security("/rest/{store}/V1/customers/resetPassword", "post"), json!([]));
    }
}
