//! Which requests rekey can answer itself, told from method and URL alone: no database is asked, so
//! a request for the Magento behind us costs nothing here.

use actix_web::http::{Method, Uri};

use super::routes::{self, Operation};
use super::{asynchronous, method, schema, url};

/// What rekey can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// A call, now or later.
    Operation(Operation),
    /// The description of services that are rekey's. Others, and all, are the Magento's to describe.
    Schema,
}

/// What a request is for, if rekey has it.
#[must_use]
pub fn own(asked: &Method, uri: &Uri) -> Option<Own> {
    let path = url::without_store(url::rest_path(uri.path())?);
    let method = method(asked).ok()?;
    if url::is_versioned(&path) {
        return operation(&method, &path).map(Own::Operation);
    }
    if method == Method::GET {
        let query = uri.query().unwrap_or_default();
        let own = schema::target(&path).is_some() && schema::is_about_own_services(query);
        return own.then_some(Own::Schema);
    }
    let (_, path) = asynchronous::target(&path)?;
    operation(&method, path).filter(|operation| asynchronous::is_possible(*operation)).map(Own::Operation)
}

fn operation(method: &Method, path: &str) -> Option<Operation> {
    routes::find(method, path).and_then(|(route, _)| route.operation)
}

/// The operations with these names.
///
/// # Errors
/// Which name is wrong, and the right ones.
pub fn operations(names: &[String]) -> Result<Vec<Operation>, String> {
    let known = || Operation::ALL.map(Operation::name).join(", ");
    let find = |name: &String| Operation::by_name(name).ok_or_else(|| format!("`{name}` is none of {}", known()));
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(method: &str, uri: &str) -> Option<Own> {
        own(&Method::from_bytes(method.as_bytes()).unwrap(), &uri.parse().unwrap())
    }

    #[test]
    fn every_form_of_an_own_url_is_found() {
        let paths = [
            "/V1/customers/resetPassword",
            "/rest/V1/customers/resetPassword?x=1",
            "/rest/V1/customers/resetPassword/",
            "//rest//V1/customers/resetPassword",
            "/rest/default/V1/customers/resetPassword",
            "/rest/any_code/V1/customers/resetPassword",
            "/index.php/rest/default/V1/customers/resetPassword",
            "/rest/async/V1/customers/resetPassword",
            "/rest/default/async/bulk/V1/customers/resetPassword",
        ];
        for path in paths {
            assert_eq!(owned("POST", path), Some(Own::Operation(Operation::ResetPassword)), "{path}");
            assert_eq!(owned("post", path), Some(Own::Operation(Operation::ResetPassword)), "{path}");
            assert_eq!(owned("GET", path), None, "{path}");
            assert_eq!(owned("HEAD", path), None, "{path}");
        }
    }

    #[test]
    fn everything_else_is_somebody_elses() {
        let paths = [
            "/",
            "/graphql",
            "/customer/account",
            "/rest",
            "/rest/V1/products",
            "/rest/v1/customers/resetPassword",
            "/Rest/V1/customers/resetPassword",
            "/rest/a/b/V1/customers/resetPassword",
            "/rest/V1/customers/resetPassword/x",
            "/rest/V1/customers/reset%50assword",
            "/rest/async/V1/customers/isEmailAvailable",
            "/static/rest/V1/customers/resetPassword",
        ];
        for path in paths {
            assert_eq!(owned("POST", path), None, "{path}");
        }
    }

    #[test]
    fn own_services_are_described_here() {
        for path in ["/rest/schema", "/rest/default/schema", "/rest/async/schema"] {
            assert_eq!(owned("GET", &format!("{path}?services=customerAccountManagementV1")), Some(Own::Schema));
            for query in ["", "?services=all", "?services=customerAccountManagementV1,catalogProductRepositoryV1"] {
                assert_eq!(owned("GET", &format!("{path}{query}")), None, "{query}");
            }
        }
    }

    #[test]
    fn wrong_names_are_refused_with_the_right_ones() {
        assert_eq!(operations(&["resetPassword".into()]), Ok(vec![Operation::ResetPassword]));
        let mistake = operations(&["resetpassword".into()]).unwrap_err();
        assert!(mistake.contains("`resetpassword`") && mistake.contains("resetPassword"), "{mistake}");
    }
}
