//! What the Magento door says about itself: `GET /rest/{store}/schema` in Swagger 2.0, and the
//! [`Api`](crate::http::api::Api) that the OpenAPI document and the readable page are made of.
//!
//! One source: the rows of `routes` and `signatures`, and beside them the texts in `texts` and
//! `parameters`. Only what rekey answers is listed. Not in here: OpenAPI (`http::openapi`).

pub mod definitions;
mod parameters;
pub mod published;
mod swagger;
mod texts;

use serde_json::Value;

use super::envelope::Problem;
use super::{phrases, query};
use crate::http::api::Api;
use published::Form;

/// Everything that this door answers, for documents of all doors.
pub fn apis() -> Vec<Api> {
    let mut synchronous = published::api(Form::Synchronous);
    synchronous.operations.push(published::schema());
    vec![synchronous, published::api(Form::Asynchronous), published::api(Form::Bulk)]
}

/// The schema that a path asks for: Magento looks at its beginning only.
pub fn target(path: &str) -> Option<Form> {
    let forms = [Form::Synchronous, Form::Asynchronous, Form::Bulk];
    forms.into_iter().find(|form| {
        let rest = path.strip_prefix(form.prefix());
        rest.is_some_and(|rest| rest.starts_with("/schema"))
    })
}

/// The document.
///
/// * `base_path`: where the REST area begins in the URL that was asked, `/rest` or `/rest/{store}`.
///
/// # Errors
/// `services` in a wrong form, or one that rekey does not have.
pub fn document(form: Form, base_path: &str, query: &str) -> Result<Value, Problem> {
    let variables = query::parse(query)?;
    let wanted = variables.iter().rev().find(|(name, _)| name == "services").map(|(_, value)| value);
    let operations = published::operations(form);
    let wanted = match wanted {
        None => None,
        Some(Value::String(text)) if text == "all" => None,
        Some(Value::String(text)) => Some(services(text).ok_or_else(phrases::services_missing)?),
        Some(_) => return Err(phrases::services_missing()),
    };
    let listed = |tag: &str| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|name| name == tag));
    let operations = operations.into_iter().filter(|operation| listed(operation.tag)).collect();
    Ok(swagger::document(&format!("{base_path}{}", form.prefix()), operations))
}

/// Whether a query asks for services by name, and rekey has each of them. `all` is more than rekey
/// has when there is a Magento behind it.
pub fn is_about_own_services(query: &str) -> bool {
    let variables = query::parse(query).unwrap_or_default();
    let wanted = variables.iter().rev().find(|(name, _)| name == "services");
    wanted.and_then(|(_, value)| services(value.as_str()?)).is_some()
}

/// Names as Magento writes services, each with its version, and each one that rekey has.
fn services(text: &str) -> Option<Vec<String>> {
    let known = |name: &str| texts::SERVICES.iter().any(|(service, _)| *service == name);
    let names: Vec<String> = text.split(',').map(str::to_owned).collect();
    names.iter().all(|name| known(name)).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(query: &str) -> Option<Vec<String>> {
        let document = document(Form::Synchronous, "/rest/default", query).ok()?;
        let tags = document["tags"].as_array().unwrap().iter();
        Some(tags.map(|tag| tag["name"].as_str().unwrap().to_owned()).collect())
    }

    #[test]
    fn targets() {
        assert_eq!(target("/schema"), Some(Form::Synchronous));
        assert_eq!(target("/schemas/x"), Some(Form::Synchronous));
        assert_eq!(target("/async/schema"), Some(Form::Asynchronous));
        assert_eq!(target("/async/bulk/schema"), Some(Form::Bulk));
        for path in ["/V1/schema", "/async/V1/schema", "/Schema", "/", "/async"] {
            assert_eq!(target(path), None, "{path}");
        }
    }

    #[test]
    fn services_are_chosen() {
        let both = "services=customerAccountManagementV1,integrationCustomerTokenServiceV1";
        assert_eq!(tags(both).unwrap(), ["customerAccountManagementV1", "integrationCustomerTokenServiceV1"]);
        assert_eq!(tags("services=integrationCustomerTokenServiceV1").unwrap(), ["integrationCustomerTokenServiceV1"]);
        assert_eq!(tags("services=all").unwrap(), tags("").unwrap());
        assert_eq!(tags("").unwrap().len(), texts::SERVICES.len());
    }

    #[test]
    fn services_that_are_none() {
        for query in [
            "services=",
            "services=foo",
            "services=catalogProductRepositoryV1",
            "services=customerAccountManagementV1,",
            "services=ALL",
            "services[]=customerAccountManagementV1",
        ] {
            let problem = document(Form::Synchronous, "/rest", query).unwrap_err();
            assert_eq!(problem.status.as_u16(), 400, "{query}");
            assert_eq!(problem.message, "Incorrect format of request URI or Requested services are missing.");
        }
    }
}
