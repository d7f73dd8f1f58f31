//! Which operation a method and a path mean.

use actix_web::http::Method;
use percent_encoding::percent_decode_str;

use super::errors::{self, Problem};

/// What is asked for; ids and relationship names as they came.
#[derive(Debug, PartialEq, Eq)]
pub enum Operation {
    /// A page of resets.
    List,
    /// A new reset.
    Create,
    /// One reset.
    Retrieve(String),
    /// A change, or the spending of a token.
    Update(String),
    /// The end of a reset.
    Delete(String),
    /// `…/:id/customer`
    ResetRelated(String, String),
    /// `…/:id/relationships/customer`
    ResetLinkage(String, String),
    /// A page of customers.
    Customers,
    /// One customer.
    Customer(String),
    /// What belongs to a customer.
    CustomerRelated(String, String),
    /// Links to what belongs to a customer.
    CustomerLinkage(String, String),
    /// One event.
    Event(String),
    /// What belongs to an event.
    EventRelated(String, String),
    /// One line of history.
    EventStore(String),
}

impl Operation {
    /// Whether it carries a document.
    pub fn has_body(&self) -> bool {
        matches!(self, Self::Create | Self::Update(_))
    }
}

/// Finds the operation. A trailing slash is in the documentation's own curl.
pub fn find(method: &Method, path: &str) -> Result<Operation, Problem> {
    let path = path.strip_prefix("/api").unwrap_or(path).trim_matches('/');
    let segments: Vec<String> =
        path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
    let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
    let own = |text: &str| text.to_owned();
    let operation = match (method.as_str(), &parts[..]) {
        ("GET" | "HEAD", ["customer_password_resets"]) => Operation::List,
        ("POST", ["customer_password_resets"]) => Operation::Create,
        ("GET" | "HEAD", ["customer_password_resets", id]) => Operation::Retrieve(own(id)),
        // Rails routes PUT as PATCH.
        ("PATCH" | "PUT", ["customer_password_resets", id]) => Operation::Update(own(id)),
        ("DELETE", ["customer_password_resets", id]) => Operation::Delete(own(id)),
        ("GET" | "HEAD", [kind, rest @ ..]) => return get(kind, rest).ok_or_else(errors::not_found),
        (method, ["customer_password_resets" | "customers" | "events" | "event_stores", ..]) => {
            return Err(errors::method_not_allowed(method));
        }
        _ => return Err(errors::not_found()),
    };
    Ok(operation)
}

fn get(kind: &str, rest: &[&str]) -> Option<Operation> {
    let own = |text: &str| text.to_owned();
    Some(match (kind, rest) {
        ("customer_password_resets", [id, "relationships", name]) => Operation::ResetLinkage(own(id), own(name)),
        ("customer_password_resets", [id, name]) => Operation::ResetRelated(own(id), own(name)),
        ("customers", []) => Operation::Customers,
        ("customers", [id]) => Operation::Customer(own(id)),
        ("customers", [id, "relationships", name]) => Operation::CustomerLinkage(own(id), own(name)),
        ("customers", [id, name]) => Operation::CustomerRelated(own(id), own(name)),
        ("events", [id]) => Operation::Event(own(id)),
        ("events", [id, name]) => Operation::EventRelated(own(id), own(name)),
        ("event_stores", [id]) => Operation::EventStore(own(id)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let of = |method: &str, path: &str| find(&Method::from_bytes(method.as_bytes()).unwrap(), path).ok();
        assert_eq!(of("GET", "/api/customer_password_resets/"), Some(Operation::List));
        assert_eq!(of("PUT", "/api/customer_password_resets/x"), Some(Operation::Update("x".into())));
        let linkage = Operation::ResetLinkage("x".into(), "customer".into());
        assert_eq!(of("GET", "/api/customer_password_resets/x/relationships/customer"), Some(linkage));
        for (method, path) in
            [("GET", "/api"), ("GET", "/api/orders"), ("POST", "/api/customers"), ("GET", "/api/events")]
        {
            assert_eq!(of(method, path), None, "{path}");
        }
    }
}
