//! The operations as they are published: the rows of `routes` and `signatures` with their texts.

use actix_web::http::Method;
use serde_json::json;

use super::definitions::{ACCEPTED, ERROR, accepted_example};
use super::{parameters, texts};
use crate::http::api::{Answer, Api, Operation, Parameter, Place, Type};
use crate::http::magento::asynchronous;
use crate::http::magento::routes::{self, Access, Route};
use crate::http::magento::signatures;

/// How a call is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `/V1/…`
    Synchronous,
    /// `/async/V1/…`
    Asynchronous,
    /// `/async/bulk/V1/…`
    Bulk,
}

impl Form {
    /// What stands between the store and the version.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Synchronous => "",
            Self::Asynchronous => "/async",
            Self::Bulk => "/async/bulk",
        }
    }
}

/// JSON and XML.
pub const FORMATS: &[&str] = &["application/json", "application/xml"];

/// Everything that this door answers in one form, for documents of all doors: each path says its store.
pub fn api(form: Form) -> Api {
    let mut operations = operations(form);
    for operation in &mut operations {
        operation.parameters.insert(0, store());
        match form {
            Form::Synchronous => {}
            Form::Asynchronous => operation.id.insert_str(0, "Async"),
            Form::Bulk => operation.id.insert_str(0, "AsyncBulk"),
        }
    }
    Api { root: format!("/rest/{{store}}{}", form.prefix()), formats: FORMATS, operations }
}

fn store() -> Parameter {
    Parameter {
        name: "store",
        place: Place::Path,
        kind: Type::Text,
        required: true,
        about: "A store's code, or all; without this segment the default store is meant",
        example: "default".into(),
        shown: true,
    }
}

/// What rekey answers in this form, service by service.
pub fn operations(form: Form) -> Vec<Operation> {
    let possible = |operation| form == Form::Synchronous || asynchronous::is_possible(operation);
    let mut operations: Vec<Operation> = routes::answered()
        .filter(|(_, operation)| possible(*operation))
        .map(|(route, operation)| publish(route, operation, form))
        .collect();
    let position = |tag: &str| texts::SERVICES.iter().position(|(service, _)| *service == tag);
    operations.sort_by_key(|operation| position(operation.tag));
    operations
}

/// The schema's own row.
pub fn schema() -> Operation {
    let services = Parameter {
        name: "services",
        place: Place::Query,
        kind: Type::Text,
        required: false,
        about: "Services, separated by commas; all without it",
        example: "customerAccountManagementV1".into(),
        shown: true,
    };
    Operation {
        id: "GetSchema".into(),
        tag: "description",
        method: "GET",
        path: "/schema".into(),
        summary: "These calls as Swagger 2.0, under Magento's names",
        notes: "Also under async/schema and async/bulk/schema. Always JSON.",
        signed_in: false,
        many: false,
        parameters: vec![store(), services],
        success: Answer {
            status: 200,
            about: "A Swagger document",
            kind: Type::Object,
            example: json!({"swagger": "2.0", "basePath": "/rest/default"}),
        },
        refusals: refusals(&[(400, "The list of services is malformed, or rekey has no such service")], false),
        refusal: Type::Named(ERROR),
    }
}

fn publish(route: &Route, operation: routes::Operation, form: Form) -> Operation {
    let text = texts::of(operation);
    let parameter = |parameter| parameters::published(parameter, place(route, parameter));
    let parameters: Vec<Parameter> = signatures::parameters(operation).iter().map(parameter).collect();
    let (about, kind, example) = text.answer;
    let mut published = Operation {
        id: id(route),
        tag: text.service,
        method: method(&route.method),
        path: path(route),
        summary: text.summary,
        notes: text.notes,
        signed_in: matches!(route.access, Access::Customer),
        many: form == Form::Bulk,
        refusals: refusals(text.refusals, route.method != Method::GET),
        refusal: Type::Named(ERROR),
        parameters,
        success: Answer { status: 200, about, kind, example },
    };
    if form != Form::Synchronous {
        accept(&mut published);
    }
    published
}

/// Answered before it is done: what the call itself would refuse is not known yet.
fn accept(operation: &mut Operation) {
    operation.notes = "Checked and stored, then done: the answer does not tell how it ends.";
    operation.success =
        Answer { status: 202, about: "Stored", kind: Type::Named(ACCEPTED), example: accepted_example() };
    operation.refusals.retain(|(status, _)| *status != 404 && (*status != 401 || operation.signed_in));
    for (status, about) in &mut operation.refusals {
        match status {
            400 => *about = "A parameter is missing or malformed",
            401 => *about = "No valid bearer token",
            _ => {}
        }
    }
}

/// A call's own and those that any call may meet.
fn refusals(own: &[(u16, &'static str)], has_body: bool) -> Vec<(u16, &'static str)> {
    let mut all = own.to_vec();
    if has_body {
        all.push((413, "The body is larger than this server takes"));
    }
    all.push((500, "Something broke; the message has a report id that the server's log explains"));
    all.push((503, "The server is busy: try again after Retry-After seconds"));
    all
}

fn place(route: &Route, parameter: &signatures::Parameter) -> Place {
    let in_path = route.path.split('/').any(|segment| segment.strip_prefix(':') == Some(parameter.name));
    if in_path { Place::Path } else { Place::Body }
}

fn method(method: &Method) -> &'static str {
    match *method {
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "GET",
    }
}

/// `:name` as `{name}`.
fn path(route: &Route) -> String {
    let segment = |segment: &str| match segment.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    };
    route.path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// As Magento names operations: method and segments, capitalized, letters and digits only.
fn id(route: &Route) -> String {
    let method = route.method.as_str().to_ascii_lowercase();
    std::iter::once(method.as_str()).chain(route.path.split('/')).map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars().filter(char::is_ascii_alphanumeric);
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of Magento's own schema for these services.
    #[test]
    fn operations_have_magentos_names() {
        let names: Vec<String> = operations(Form::Synchronous).into_iter().map(|operation| operation.id).collect();
        assert_eq!(
            names,
            [
                "PostV1Customers",
                "GetV1CustomersCustomerIdPasswordResetLinkTokenResetPasswordLinkToken",
                "PostV1CustomersIsEmailAvailable",
                "PutV1CustomersMePassword",
                "PutV1CustomersPassword",
                "PostV1CustomersResetPassword",
                "PostV1IntegrationCustomerRevokecustomertoken",
                "PostV1IntegrationCustomerToken",
                "GetV1CustomersMe",
            ]
        );
    }

    #[test]
    fn every_operation_is_published() {
        assert_eq!(operations(Form::Synchronous).len(), routes::Operation::ALL.len());
        let possible = routes::Operation::ALL.into_iter().filter(|operation| asynchronous::is_possible(*operation));
        assert_eq!(operations(Form::Bulk).len(), possible.count());
    }

    #[test]
    fn every_variable_of_a_path_is_a_parameter() {
        for operation in operations(Form::Synchronous) {
            let variables = operation.path.matches('{').count();
            assert_eq!(operation.parameters_in(Place::Path).len(), variables, "{}", operation.id);
        }
    }
}
