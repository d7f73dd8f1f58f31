//! What can be wrong with a request: codes, titles and details, a function a row.

use actix_web::http::StatusCode;

use super::Problem;

/// The application's role does not allow it. Commerce Layer knows no 403.
pub fn unauthorized() -> Problem {
    let detail = "You are not authorized to perform this action on the requested resource.";
    Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Access denied", detail)
}

/// The code that makes the SDK refresh its token.
pub fn invalid_token() -> Problem {
    let detail = "The access token you provided is invalid.";
    Problem::new(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", "Invalid token", detail)
}

/// Neither a resource nor a route.
pub fn not_found() -> Problem {
    let detail = "The requested resource was not found. Please double-check the resource id.";
    Problem::new(StatusCode::NOT_FOUND, "RECORD_NOT_FOUND", "Record not found", detail)
}

/// A known path, another method.
pub fn method_not_allowed(method: &str) -> Problem {
    let detail = format!("The {method} method is not supported on this resource.");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed", detail)
}

/// More requests than the window allows.
pub fn too_many_requests() -> Problem {
    let detail = "You have exceeded the rate limit. Wait a moment and try again.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "Too many requests", detail)
}

/// The reason goes to the log only.
pub fn internal(reason: &str) -> Problem {
    log::error!("commerce layer: {reason}");
    let detail = "Internal Server Error";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", detail, detail)
}

/// An attribute, relationship or parameter that may not be sent.
pub fn param_not_allowed(name: &str) -> Problem {
    Problem::bad("PARAM_NOT_ALLOWED", "Param not allowed", format!("{name} is not allowed."))
}

/// `page[…]` with another name.
pub fn page_param_not_allowed(name: &str) -> Problem {
    let detail = format!("{name} is not an allowed page parameter.");
    Problem::bad("PARAM_NOT_ALLOWED", "Page parameter not allowed", detail)
}

/// `data`, `type`.
pub fn param_missing(name: &str) -> Problem {
    let detail = format!("The required parameter, {name}, is missing.");
    Problem::bad("PARAM_MISSING", "Missing Parameter", detail)
}

/// A type that does not exist.
pub fn invalid_resource(name: &str) -> Problem {
    Problem::bad("INVALID_RESOURCE", "Invalid resource", format!("{name} is not a valid resource."))
}

/// `data` that is no object.
pub fn invalid_data_format() -> Problem {
    Problem::bad("INVALID_DATA_FORMAT", "Invalid data format", "Data must be a hash.")
}

/// `fields[type]` with an unknown name.
pub fn invalid_field(field: &str, kind: &str) -> Problem {
    Problem::bad("INVALID_FIELD", "Invalid field", format!("{field} is not a valid field for {kind}."))
}

/// `fields` without a type.
pub fn invalid_field_format() -> Problem {
    Problem::bad("INVALID_FIELD_FORMAT", "Invalid field format", "Fields must specify a type.")
}

/// `include` with an unknown path.
pub fn invalid_include(relationship: &str, resource: &str) -> Problem {
    let detail = format!("{relationship} is not a valid includable relationship of {resource}");
    Problem::bad("INVALID_INCLUDE", "Invalid include", detail)
}

/// `sort` with an unknown name.
pub fn invalid_sort(criteria: &str, resource: &str) -> Problem {
    let detail = format!("{criteria} is not a valid sort criteria for {resource}");
    Problem::bad("INVALID_SORT_CRITERIA", "Invalid sort criteria", detail)
}

/// A filter that does not exist.
pub fn filter_not_allowed(name: &str) -> Problem {
    Problem::bad("FILTER_NOT_ALLOWED", "Filter not allowed", format!("{name} is not allowed."))
}

/// `filter` without a name.
pub fn invalid_filters_syntax(filters: &str) -> Problem {
    let detail = format!("{filters} is not a valid syntax for filtering.");
    Problem::bad("INVALID_FILTERS_SYNTAX", "Invalid filters syntax", detail)
}

/// A filter's value of the wrong type.
pub fn invalid_filter_value(value: &str, filter: &str) -> Problem {
    let detail = format!("{value} is not a valid value for {filter}.");
    Problem::bad("INVALID_FILTER_VALUE", "Invalid filter value", detail)
}

/// A page that is no number.
pub fn invalid_page_value(value: &str, page: &str) -> Problem {
    let detail = format!("{value} is not a valid value for {page} page parameter.");
    Problem::bad("INVALID_PAGE_VALUE", "Invalid page value", detail)
}

/// A page larger than allowed.
pub fn page_too_large(maximum: i64) -> Problem {
    let detail = format!("size exceeds maximum page size of {maximum}.");
    Problem::bad("INVALID_PAGE_VALUE", "Invalid page value", detail)
}

/// `relationships` that is no object.
pub fn invalid_links_object() -> Problem {
    Problem::bad("INVALID_LINKS_OBJECT", "Invalid Links Object", "Data is not a valid Links Object.")
}

/// A type that exists, but not here.
pub fn type_mismatch(kind: &str) -> Problem {
    let detail = format!("{kind} is not a valid type for this operation.");
    Problem::bad("TYPE_MISMATCH", "Type Mismatch", detail)
}

/// `data.id` is another than the URL's.
pub fn key_not_in_url(key: &str) -> Problem {
    let detail = format!("The URL does not support the key {key}");
    Problem::bad("KEY_NOT_INCLUDED_IN_URL", "Key is not included in URL", detail)
}

/// PATCH without `data.id`.
pub fn key_missing() -> Problem {
    let detail = "The resource object does not contain a key.";
    Problem::bad("KEY_ORDER_MISMATCH", "A key is required", detail)
}

/// A body that is no JSON, or breaks off.
pub fn bad_request(detail: impl Into<String>) -> Problem {
    Problem::bad("BAD_REQUEST", "Bad Request", detail)
}

/// More bytes than `http.max_body`.
pub fn body_too_large(limit: usize) -> Problem {
    let detail = format!("The request body is larger than {limit} bytes.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "Payload too large", detail)
}

/// Longer than `http.body_timeout`.
pub fn body_too_slow() -> Problem {
    let detail = "The request body did not arrive in time.";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "Request timeout", detail)
}

/// An `Accept` in which nothing fits.
pub fn not_acceptable(media_type: &str) -> Problem {
    let detail = format!(
        "All requests must use the 'application/vnd.api+json' Accept without media type parameters. \
         This request specified '{media_type}'."
    );
    Problem::new(StatusCode::NOT_ACCEPTABLE, "NOT_ACCEPTABLE", "Not acceptable", detail)
}

/// Another `Content-Type`.
pub fn unsupported_media_type(media_type: &str) -> Problem {
    let detail = format!(
        "All requests that create or update must use the 'application/vnd.api+json' Content-Type. \
         This request specified '{media_type}'."
    );
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "Unsupported media type", detail)
}
