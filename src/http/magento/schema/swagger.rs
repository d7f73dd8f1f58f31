//! Swagger 2.0, laid out as Magento lays it out.

use serde_json::{Map, Value, json};

use super::published::FORMATS;
use super::{definitions, texts};
use crate::http::api::{Dialect, Operation, Parameter, Place};

const DIALECT: Dialect = Dialect::Swagger;

/// The document. Magento prints the request's Host in it; without one, Swagger means the host that
/// served it, which cannot be forged.
pub fn document(base_path: &str, operations: Vec<Operation>) -> Value {
    let mut document = json!({
        "swagger": "2.0",
        "info": {
            "title": "rekey",
            "version": "2.4",
            "description": "Magento's calls for customer passwords, as rekey answers them",
        },
        "basePath": base_path,
        "securityDefinitions": {"api_key": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "description": "Bearer and the token of POST /V1/integration/customer/token",
        }},
        "tags": tags(&operations),
        "paths": paths(operations),
    });
    document["definitions"] = Value::Object(definitions::used(DIALECT, &document));
    document
}

fn tags(operations: &[Operation]) -> Vec<Value> {
    let is_used = |service: &str| operations.iter().any(|operation| operation.tag == service);
    let used = texts::SERVICES.iter().filter(|(service, _)| is_used(service));
    used.map(|(service, about)| json!({"name": service, "description": about})).collect()
}

fn paths(operations: Vec<Operation>) -> Map<String, Value> {
    let mut paths = Map::new();
    for operation in operations {
        let item = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        item[operation.method.to_ascii_lowercase()] = entry(&operation);
    }
    paths
}

fn entry(operation: &Operation) -> Value {
    let mut entry = json!({
        "tags": [operation.tag],
        "summary": operation.summary,
        "operationId": operation.id,
        "consumes": FORMATS,
        "produces": FORMATS,
        "responses": responses(operation),
    });
    if !operation.notes.is_empty() {
        entry["description"] = operation.notes.into();
    }
    let mut parameters: Vec<Value> = operation.parameters_in(Place::Path).into_iter().map(in_path).collect();
    if let Some(schema) = DIALECT.body(operation) {
        parameters.push(json!({
            "name": format!("{}Body", operation.id), "in": "body", "required": true, "schema": schema,
        }));
    }
    if !parameters.is_empty() {
        entry["parameters"] = parameters.into();
    }
    if operation.signed_in {
        entry["security"] = json!([{"api_key": []}]);
    }
    entry
}

fn in_path(parameter: &Parameter) -> Value {
    let mut schema = DIALECT.schema(parameter.kind);
    schema["name"] = parameter.name.into();
    schema["in"] = "path".into();
    schema["required"] = true.into();
    schema["description"] = parameter.about.into();
    schema
}

fn responses(operation: &Operation) -> Map<String, Value> {
    let success = &operation.success;
    let good = json!({
        "description": success.about,
        "schema": DIALECT.schema(success.kind),
        "examples": {"application/json": success.example},
    });
    let refusal = |about: &str| json!({"description": about, "schema": DIALECT.schema(operation.refusal)});
    std::iter::once((success.status.to_string(), good))
        .chain(operation.refusals.iter().map(|(status, about)| (status.to_string(), refusal(about))))
        .chain([("default".to_owned(), refusal("Any other refusal"))])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::magento::schema::published::{Form, operations};

    fn documents() -> [Value; 3] {
        [Form::Synchronous, Form::Asynchronous, Form::Bulk].map(|form| document("/rest/default", operations(form)))
    }

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").map(|target| target.as_str().unwrap().to_owned()));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn definitions_are_exactly_those_referred_to() {
        for document in documents() {
            let mut found = Vec::new();
            references(&document, &mut found);
            let names = document["definitions"].as_object().unwrap();
            for target in &found {
                assert!(names.contains_key(target.strip_prefix("#/definitions/").unwrap()), "{target}");
            }
            for name in names.keys() {
                assert!(found.iter().any(|target| target == &format!("#/definitions/{name}")), "{name}");
            }
        }
    }

    #[test]
    fn reset_password_as_magento_names_it() {
        let [document, ..] = documents();
        let operation = &document["paths"]["/V1/customers/resetPassword"]["post"];
        assert_eq!(operation["operationId"], "PostV1CustomersResetPassword");
        assert_eq!(operation["tags"], json!(["customerAccountManagementV1"]));
        let body = &operation["parameters"][0];
        assert_eq!((&body["name"], &body["in"]), (&json!("PostV1CustomersResetPasswordBody"), &json!("body")));
        assert_eq!(body["schema"]["required"], json!(["email", "resetToken", "newPassword"]));
        let statuses: Vec<&String> = operation["responses"].as_object().unwrap().keys().collect();
        assert_eq!(statuses, ["200", "400", "404", "413", "500", "503", "default"]);
        assert_eq!(operation["responses"]["400"]["schema"]["$ref"], "#/definitions/error-response");
        let parameters = &document["definitions"]["error-parameters"];
        assert!(parameters.get("type").is_none(), "an object or a list: {parameters}");
    }

    #[test]
    fn a_bulk_body_is_a_list() {
        let [_, single, bulk] = documents();
        let body = |document: &Value| {
            let operation = &document["paths"]["/V1/customers/resetPassword"]["post"];
            assert!(operation["responses"]["202"].is_object() && operation["responses"].get("200").is_none());
            operation["parameters"][0]["schema"]["type"].clone()
        };
        assert_eq!((body(&single), body(&bulk)), (json!("object"), json!("array")));
    }
}
