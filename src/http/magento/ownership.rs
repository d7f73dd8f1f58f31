//! Which requests rekey can answer itself, told from method and path alone: no database is asked, so
//! a request for the Magento behind us costs nothing here.

use actix_web::http::Method;

use super::routes::{self, Operation};
use super::{asynchronous, method, url};

/// The operation that a request is for, if rekey has it.
#[must_use]
pub fn operation(asked: &Method, path: &str) -> Option<Operation> {
    let path = url::without_store(url::rest_path(path)?);
    let method = method(asked).ok()?;
    if let Some((_, path)) = asynchronous::target(&path) {
        let (route, _) = routes::find(&method, path).filter(|_| method != Method::GET)?;
        return route.operation.filter(|operation| asynchronous::is_possible(*operation));
    }
    if !url::is_versioned(&path) {
        return None;
    }
    let (route, _) = routes::find(&method, &path)?;
    route.operation
}

/// The operations with these names.
///
/// # Errors
/// Which name is wrong, and the right ones.
pub fn operations(names: &[String]) -> Result<Vec<Operation>, String> {
    let find = |name: &String| Operation::ALL.iter().copied().find(|operation| operation.name() == name);
    let known = || Operation::ALL.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ");
    names.iter().map(|name| find(name).ok_or_else(|| format!("`{name}` is none of {}", known()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_own_url_is_found() {
        let paths = [
            "/V1/customers/resetPassword",
            "/rest/V1/customers/resetPassword",
            "/rest/V1/customers/resetPassword/",
            "//rest//V1/customers/resetPassword",
            "/rest/default/V1/customers/resetPassword",
            "/rest/any_code/V1/customers/resetPassword",
            "/index.php/rest/default/V1/customers/resetPassword",
            "/rest/async/V1/customers/resetPassword",
            "/rest/default/async/bulk/V1/customers/resetPassword",
        ];
        for path in paths {
            assert_eq!(operation(&Method::POST, path), Some(Operation::ResetPassword), "{path}");
            assert_eq!(operation(&Method::GET, path), None, "{path}");
            assert_eq!(operation(&Method::HEAD, path), None, "{path}");
        }
        let post = Method::from_bytes(b"post").unwrap();
        assert_eq!(operation(&post, paths[0]), Some(Operation::ResetPassword));
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
            "/static/rest/V1/customers/resetPassword",
        ];
        for path in paths {
            assert_eq!(operation(&Method::POST, path), None, "{path}");
        }
    }

    #[test]
    fn wrong_names_are_refused_with_the_right_ones() {
        assert_eq!(operations(&["resetPassword".into()]), Ok(vec![Operation::ResetPassword]));
        let mistake = operations(&["resetpassword".into()]).unwrap_err();
        assert!(mistake.contains("`resetpassword`") && mistake.contains("resetPassword"), "{mistake}");
    }
}
