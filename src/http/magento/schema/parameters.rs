//! What is said about each parameter of a service call, a row each.

use serde_json::{Value, json};

use super::definitions::CUSTOMER;
use crate::http::api::{Parameter, Place, Type};
use crate::http::magento::signatures::{self, Kind};

/// A parameter as it is published.
///
/// * `place`: where it travels in the call at hand.
pub fn published(parameter: &signatures::Parameter, place: Place) -> Parameter {
    let (about, example) = text(parameter.name);
    Parameter {
        name: parameter.name,
        place,
        kind: kind(parameter),
        required: parameter.required,
        about,
        shown: parameter.required || parameter.name == "password",
        example,
    }
}

fn kind(parameter: &signatures::Parameter) -> Type {
    let secret = matches!(parameter.name, "password" | "newPassword" | "currentPassword");
    match parameter.kind {
        Kind::Text if secret => Type::Secret,
        Kind::Text => Type::Text,
        Kind::Int => Type::Int,
        Kind::Customer => Type::Named(CUSTOMER),
    }
}

/// Text and example by name; a name means the same in every call.
fn text(name: &str) -> (&'static str, Value) {
    match name {
        "email" | "customerEmail" | "username" => ("The customer's email address", json!("ada@example.com")),
        "resetToken" | "resetPasswordLinkToken" => {
            ("The token of the reset mail's link", json!("k3hT0sYw8QzLr5VbNf2XjMcAe7UdPg1R"))
        }
        "newPassword" => ("The password to be", json!("Correct-Horse-7")),
        "currentPassword" => ("The password until now", json!("Battery-Staple-3")),
        "template" => ("email_reset, or email_reminder", json!("email_reset")),
        "websiteId" => ("The website to look in; without one, the store's", json!(1)),
        "customerId" => ("The customer's id", json!(42)),
        "password" => ("The password", json!("Correct-Horse-7")),
        "customer" => ("Who it is", json!({"email": "ada@example.com", "firstname": "Ada", "lastname": "Lovelace"})),
        "redirectUrl" => ("Taken, and not used", json!("")),
        _ => ("", Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::magento::routes::Operation;

    #[test]
    fn every_parameter_has_its_row() {
        for operation in Operation::ALL {
            for parameter in signatures::parameters(operation) {
                assert_ne!(text(parameter.name).0, "", "{}", parameter.name);
            }
        }
    }
}
