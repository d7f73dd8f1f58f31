//! Magento's routes for customers and their tokens: a row a route.
//!
//! Rows without an operation are Magento's own; they are here because they decide what a wrong
//! method or path is told (`GET /V1/customers/resetPassword` is "customer number resetPassword").

use actix_web::http::Method;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// Who may call.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Everybody.
    Anonymous,
    /// A customer with a bearer token (ACL `self`).
    Customer,
    /// Whoever has this ACL resource: an administrator or an integration, which rekey does not know.
    Resource(&'static str),
}

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `AccountManagement::resetPassword`.
    ResetPassword,
    /// `AccountManagement::initiatePasswordReset`.
    InitiatePasswordReset,
    /// `AccountManagement::validateResetPasswordLinkToken`.
    ValidateResetLinkToken,
    /// `AccountManagement::changePasswordById`.
    ChangePassword,
    /// `CustomerTokenService::createCustomerAccessToken`.
    CreateCustomerToken,
    /// `CustomerTokenService::revokeCustomerAccessToken`.
    RevokeCustomerToken,
    /// `CustomerRepository::getById` for the caller.
    GetMe,
    /// `AccountManagementApi::createAccount`.
    CreateCustomer,
    /// `AccountManagement::isEmailAvailable`.
    IsEmailAvailable,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 9] = [
        Self::ResetPassword,
        Self::InitiatePasswordReset,
        Self::ValidateResetLinkToken,
        Self::ChangePassword,
        Self::CreateCustomerToken,
        Self::RevokeCustomerToken,
        Self::GetMe,
        Self::CreateCustomer,
        Self::IsEmailAvailable,
    ];

    /// Its name in settings, listings and stored calls; it never changes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResetPassword => "resetPassword",
            Self::InitiatePasswordReset => "initiatePasswordReset",
            Self::ValidateResetLinkToken => "validateResetLinkToken",
            Self::ChangePassword => "changePassword",
            Self::CreateCustomerToken => "createCustomerToken",
            Self::RevokeCustomerToken => "revokeCustomerToken",
            Self::GetMe => "getMe",
            Self::CreateCustomer => "createCustomer",
            Self::IsEmailAvailable => "isEmailAvailable",
        }
    }

    /// The operation with this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

/// A row.
#[derive(Debug)]
pub struct Route {
    /// GET, POST, PUT or DELETE.
    pub method: Method,
    /// From `/V1` on, with `:variables`.
    pub path: &'static str,
    /// Who may call.
    pub access: Access,
    /// What is done; `None` for what rekey does not answer.
    pub operation: Option<Operation>,
}

const fn route(method: Method, path: &'static str, access: Access, operation: Option<Operation>) -> Route {
    Route { method, path, access, operation }
}

const fn foreign(method: Method, path: &'static str, resource: &'static str) -> Route {
    route(method, path, Access::Resource(resource), None)
}

const CUSTOMER: &str = "Magento_Customer::customer";
const MANAGE: &str = "Magento_Customer::manage";
const DELETE: &str = "Magento_Customer::delete";

const fn anonymous(method: Method, path: &'static str, operation: Operation) -> Route {
    route(method, path, Access::Anonymous, Some(operation))
}

const fn customer(method: Method, path: &'static str, operation: Option<Operation>) -> Route {
    route(method, path, Access::Customer, operation)
}

/// In byte order of the path, which Magento's matching depends on.
pub static ROUTES: &[Route] = &[
    foreign(Method::DELETE, "/V1/addresses/:addressId", MANAGE),
    anonymous(Method::POST, "/V1/customers", Operation::CreateCustomer),
    foreign(Method::DELETE, "/V1/customers/:customerId", DELETE),
    foreign(Method::GET, "/V1/customers/:customerId", CUSTOMER),
    foreign(Method::PUT, "/V1/customers/:customerId", MANAGE),
    foreign(Method::GET, "/V1/customers/:customerId/billingAddress", MANAGE),
    foreign(Method::GET, "/V1/customers/:customerId/confirm", MANAGE),
    anonymous(
        Method::GET,
        "/V1/customers/:customerId/password/resetLinkToken/:resetPasswordLinkToken",
        Operation::ValidateResetLinkToken,
    ),
    foreign(Method::GET, "/V1/customers/:customerId/permissions/readonly", CUSTOMER),
    foreign(Method::GET, "/V1/customers/:customerId/shippingAddress", MANAGE),
    foreign(Method::PUT, "/V1/customers/:email/activate", MANAGE),
    foreign(Method::GET, "/V1/customers/addresses/:addressId", MANAGE),
    foreign(Method::POST, "/V1/customers/confirm", MANAGE),
    anonymous(Method::POST, "/V1/customers/isEmailAvailable", Operation::IsEmailAvailable),
    customer(Method::GET, "/V1/customers/me", Some(Operation::GetMe)),
    customer(Method::PUT, "/V1/customers/me", None),
    customer(Method::PUT, "/V1/customers/me/activate", None),
    customer(Method::GET, "/V1/customers/me/billingAddress", None),
    customer(Method::PUT, "/V1/customers/me/password", Some(Operation::ChangePassword)),
    customer(Method::GET, "/V1/customers/me/shippingAddress", None),
    anonymous(Method::PUT, "/V1/customers/password", Operation::InitiatePasswordReset),
    anonymous(Method::POST, "/V1/customers/resetPassword", Operation::ResetPassword),
    foreign(Method::GET, "/V1/customers/search", CUSTOMER),
    foreign(Method::PUT, "/V1/customers/validate", MANAGE),
    customer(Method::POST, "/V1/integration/customer/revoke-customer-token", Some(Operation::RevokeCustomerToken)),
    anonymous(Method::POST, "/V1/integration/customer/token", Operation::CreateCustomerToken),
];

/// The rows that rekey answers.
pub fn answered() -> impl Iterator<Item = (&'static Route, Operation)> {
    ROUTES.iter().filter_map(|route| Some((route, route.operation?)))
}

/// Finds the route: an exact path first, else the last row that matches segment by segment. The
/// variables of every matching row come along, decoded, as in Magento.
pub fn find(method: &Method, path: &str) -> Option<(&'static Route, Vec<(String, Value)>)> {
    let path = path.trim_matches('/');
    let rows = || ROUTES.iter().filter(|route| route.method == method);
    if let Some(route) = rows().find(|route| route.path.trim_start_matches('/') == path) {
        return Some((route, Vec::new()));
    }
    let mut variables = Vec::new();
    let mut last = None;
    for route in rows() {
        if let Some(found) = variables_of(route.path, path) {
            variables.extend(found);
            last = Some(route);
        }
    }
    last.map(|route| (route, variables))
}

/// The variables of a pattern that matches: equal count of segments, equal with case, none empty.
fn variables_of(pattern: &str, path: &str) -> Option<Vec<(String, Value)>> {
    let pattern: Vec<&str> = pattern.trim_start_matches('/').split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    if pattern.len() != path.len() {
        return None;
    }
    let mut variables = Vec::new();
    for (expected, found) in pattern.iter().zip(path) {
        match expected.strip_prefix(':') {
            Some(_) if found.is_empty() => return None,
            Some(name) => variables.push((name.to_owned(), Value::String(decode(found)))),
            None if *expected == found => {}
            None => return None,
        }
    }
    Some(variables)
}

/// PHP's `urldecode`: `+` is a blank.
fn decode(segment: &str) -> String {
    percent_decode_str(&segment.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &Method, path: &str) -> Option<&'static str> {
        find(method, path).map(|(route, _)| route.path)
    }

    #[test]
    fn rows_are_in_byte_order() {
        assert!(ROUTES.windows(2).all(|pair| pair[0].path <= pair[1].path));
    }

    #[test]
    fn every_operation_has_a_row_and_a_name_of_its_own() {
        for operation in Operation::ALL {
            assert!(ROUTES.iter().any(|route| route.operation == Some(operation)), "{operation:?}");
            assert_eq!(Operation::ALL.iter().filter(|other| other.name() == operation.name()).count(), 1);
        }
    }

    #[test]
    fn matching() {
        let reset = "/V1/customers/resetPassword";
        assert_eq!(found(&Method::POST, reset), Some(reset));
        assert_eq!(found(&Method::POST, "/V1/customers/resetPassword//"), Some(reset));
        assert_eq!(found(&Method::GET, reset), Some("/V1/customers/:customerId"));
        assert_eq!(found(&Method::GET, "/V1/customers/me"), Some("/V1/customers/me"));
        for path in
            ["/V1/customers/reset%50assword", "/V1//customers/resetPassword", "/V1", "/V2/customers/resetPassword"]
        {
            assert_eq!(found(&Method::POST, path), None, "{path}");
        }
    }

    #[test]
    fn variables_are_decoded() {
        let (_, variables) = find(&Method::GET, "/V1/customers/a%2Fb+c").unwrap();
        assert_eq!(variables, [("customerId".to_owned(), Value::from("a/b c"))]);
    }
}
