//! Magento's texts, each once, and the one match that turns a fault into its wire answer.
//!
//! Where Magento leaves `%placeholders` in the message and puts the values beside it, so do we;
//! where it renders them, the text is formatted here.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::envelope::Problem;
use crate::app::App;
use crate::config::values::LimitStatus;
use crate::domain::crypt_key::hex;
use crate::domain::password::MAX_LENGTH;
use crate::domain::{NamePart, Refusal, Weakness};
use crate::service::Fault;

const REQUIRED: &str = "\"%fieldName\" is required. Enter and try again.";

fn bad_request(message: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, message)
}

fn not_found(message: impl Into<String>) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, message)
}

fn unauthorized(message: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, message)
}

/// What a use case's fault is answered with.
pub fn of_fault(app: &App, fault: Fault) -> Problem {
    match fault {
        Fault::Refused(refusal) => in_configured_status(app, &refusal, of_refusal(&refusal)),
        Fault::Busy => busy(),
        Fault::Broken(reason) => internal_error(app, &reason),
    }
}

/// Magento answers 400 beyond its limits; a shop can ask for HTTP's own status.
fn in_configured_status(app: &App, refusal: &Refusal, problem: Problem) -> Problem {
    match (refusal, app.config.magento.limit_status) {
        (Refusal::TooManyRequests { seconds, .. }, LimitStatus::TooManyRequests) => {
            Problem { status: StatusCode::TOO_MANY_REQUESTS, retry_after: u32::try_from(*seconds).ok(), ..problem }
        }
        _ => problem,
    }
}

/// Refusals whose wire answer repeats what was sent get it from their operation
/// ([`unknown_email`], [`unknown_token`]).
pub fn of_refusal(refusal: &Refusal) -> Problem {
    let problem = match refusal {
        Refusal::EmailRequired => required(&["email"]),
        Refusal::UnknownEmail { website } => unknown_email("", &json!(website.to_string())),
        Refusal::EmailTaken => {
            bad_request("A customer with the same email address already exists in an associated website.")
        }
        Refusal::TokenRequired => required(&["resetPasswordLinkToken"]),
        Refusal::UnknownToken => unknown_token(""),
        Refusal::AmbiguousToken => bad_request("Reset password token expired."),
        Refusal::TokenMismatched => bad_request("The password token is mismatched. Reset and try again."),
        Refusal::TokenExpired => bad_request("The password token is expired. Reset and try again."),
        Refusal::UnknownCustomer => no_such_customer(0),
        Refusal::UnknownWebsite { website } => not_found(format!(
            "The website with id {website} that was requested wasn't found. Verify the website and try again."
        )),
        Refusal::UnknownStore => {
            not_found("The store that was requested wasn't found. Verify the store and try again.")
        }
        Refusal::StoreNotInWebsite => bad_request("The store view is not in the associated website."),
        Refusal::SignInFailed => unauthorized(
            "The account sign-in was incorrect or your account is disabled temporarily. \
             Please wait and try again later.",
        ),
        Refusal::NotConfirmed => unauthorized("This account isn't confirmed. Verify and try again."),
        Refusal::WrongPassword => {
            unauthorized("The password doesn't match this account. Verify the password and try again.")
        }
        Refusal::Locked => unauthorized("The account is locked."),
        Refusal::TooManyRequests { contact, .. } => bad_request(
            "We received too many requests for password resets. Please wait and try again later or contact %1.",
        )
        .with(json!([contact])),
        Refusal::UnknownTemplate => unknown_template(""),
        Refusal::CustomerWithoutEmail => bad_request("The email address is required to create a customer account."),
        Refusal::InvalidEmail => bad_request("\"Email\" is not a valid email address."),
        Refusal::NamesMissing(parts) => bad_request(
            parts
                .iter()
                .map(|part| format!("\"{}\" is a required value.", name_label(*part)))
                .collect::<Vec<_>>()
                .join("\n"),
        ),
        Refusal::InvalidName(part) => bad_request(format!("{} is not valid!", name_label(*part))),
        Refusal::GroupNotAllowed => not_authorized("Magento_Customer::manage"),
        Refusal::Password(weakness) => weak_password(weakness),
        Refusal::PasswordRequired => required(&["newPassword"]),
        // Only the other door refuses these; they are answered as Magento answers their like.
        Refusal::UnknownResource => no_route(),
        Refusal::InvalidAccessToken | Refusal::NotPermitted | Refusal::InvalidClient => not_authorized("self"),
    };
    problem.because(cause(refusal))
}

/// For the trace: the refusal's name, without the values that it carries.
fn cause(refusal: &Refusal) -> String {
    let name = format!("{refusal:?}");
    name.split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn name_label(part: NamePart) -> &'static str {
    match part {
        NamePart::First => "First Name",
        NamePart::Middle => "Middle Name",
        NamePart::Last => "Last Name",
    }
}

fn weak_password(weakness: &Weakness) -> Problem {
    match weakness {
        Weakness::SameAsEmail => {
            bad_request("The password can't be the same as the email address. Create a new password and try again.")
        }
        Weakness::TooLong => {
            bad_request("Please enter a password with at most %1 characters.").with(json!([MAX_LENGTH]))
        }
        Weakness::TooShort { minimum } => {
            bad_request("The password needs at least %1 characters. Create a new password and try again.")
                .with(json!([minimum]))
        }
        Weakness::Padded => {
            bad_request("The password can't begin or end with a space. Verify the password and try again.")
        }
        Weakness::TooFewClasses { required } => bad_request(
            "Minimum of different classes of characters in password is %1. \
             Classes of characters: Lower Case, Upper Case, Digits, Special Characters.",
        )
        .with(json!([required])),
    }
}

/// One missing parameter is named; several are listed.
pub fn required(names: &[&str]) -> Problem {
    match names {
        [name] => bad_request(REQUIRED).with(json!({"fieldName": name})),
        names => {
            let mut problem = bad_request("One or more input exceptions have occurred.");
            problem.errors = names.iter().map(|name| (REQUIRED.to_owned(), json!({"fieldName": name}))).collect();
            problem
        }
    }
}

/// * `website`: text when it was taken from the store, a number when the client sent it.
pub fn unknown_email(email: &str, website: &Value) -> Problem {
    let message = "No such entity with %fieldName = %fieldValue, %field2Name = %field2Value";
    Problem::new(StatusCode::NOT_FOUND, message)
        .with(json!({"fieldName": "email", "fieldValue": email, "field2Name": "websiteId", "field2Value": website}))
}

/// What Magento said before it stopped to look customers up by their token.
pub fn unknown_token(token: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "No such entity with rp_token = %value").with(json!({"value": token}))
}

/// No customer has that id.
pub fn no_such_customer(id: i64) -> Problem {
    not_found("No such entity with %fieldName = %fieldValue").with(json!({"fieldName": "customerId", "fieldValue": id}))
}

/// An id of 0, which Magento once took for "by token alone".
pub fn invalid_customer_id(id: i64) -> Problem {
    bad_request("Invalid value of \"%value\" provided for the %fieldName field.")
        .with(json!({"value": id, "fieldName": "customerId"}))
}

/// Neither of the two mails that there are.
pub fn unknown_template(value: &str) -> Problem {
    let message =
        "Invalid value of \"%value\" provided for the %fieldName field. Possible values: %template1 or %template2.";
    bad_request(message).with(json!({
        "value": value, "fieldName": "template", "template1": "email_reminder", "template2": "email_reset"
    }))
}

/// * `found`: the value as text, or `array`.
pub fn wrong_type(found: &str, expected: &str) -> Problem {
    bad_request(format!(
        "The \"{found}\" value's type is invalid. The \"{expected}\" type was expected. Verify and try again."
    ))
}

/// No ACL resource, or no bearer token for `self`.
pub fn not_authorized(resources: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "The consumer isn't authorized to access %resources.")
        .with(json!({"resources": resources}))
}

/// Method and path fit no route.
pub fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Request does not match any route.")
}

/// Not even the shape of a call.
pub fn cannot_be_processed() -> Problem {
    bad_request("Specified request cannot be processed.")
}

/// A schema of services that are none.
pub fn services_missing() -> Problem {
    bad_request("Incorrect format of request URI or Requested services are missing.")
}

/// Anything but GET, POST, PUT, DELETE.
pub fn method_not_supported(method: &str) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("The {method} HTTP method is not supported."))
}

/// Magento fails here with 500 and a page of HTML, its front controller being half built; the text
/// and the code that it meant are 406's.
pub fn not_acceptable(first: &str) -> Problem {
    let message = format!(
        "Server cannot match any of the given Accept HTTP header media type(s) from the request: \"{first}\" \
         with media types from the config of response renderer."
    );
    Problem::new(StatusCode::NOT_ACCEPTABLE, message)
}

/// No Content-Type.
pub fn content_type_empty() -> Problem {
    bad_request("Content-Type header is empty.")
}

/// A Content-Type with more than a charset.
pub fn content_type_invalid() -> Problem {
    bad_request("Content-Type header is invalid.")
}

/// Another charset.
pub fn charset_not_supported() -> Problem {
    bad_request("UTF-8 is the only supported charset.")
}

/// Another format.
pub fn media_type_not_understood(media_type: &str) -> Problem {
    bad_request(format!("Server cannot understand Content-Type HTTP header media type {media_type}"))
}

/// * `detail`: for developer mode; production says nothing more.
pub fn decoding_error(detail: Option<String>) -> Problem {
    bad_request(detail.map_or_else(|| "Decoding error.".to_owned(), |detail| format!("Decoding error{detail}")))
}

/// More calls in one asynchronous request than Magento's default limit.
pub fn too_many_items(limit: usize) -> Problem {
    bad_request("Maximum items of type \"%type\" is %max")
        .with(json!({"type": "\\Magento\\AsynchronousOperations\\Api\\Data\\OperationInterface", "max": limit}))
}

/// More bytes than `http.max_body`.
pub fn body_too_large(limit: usize) -> Problem {
    let message = format!("The request body is larger than {limit} bytes.");
    Problem { close: true, ..Problem::new(StatusCode::PAYLOAD_TOO_LARGE, message) }
}

/// Longer than `http.body_timeout`.
pub fn body_too_slow() -> Problem {
    Problem { close: true, ..Problem::new(StatusCode::REQUEST_TIMEOUT, "The request body did not arrive in time.") }
}

/// The body broke off or is framed wrongly.
pub fn body_broken() -> Problem {
    Problem { close: true, ..bad_request("The request body broke off.") }
}

/// Full queues: a try a little later will do.
pub fn busy() -> Problem {
    let message = "The service is busy. Wait a moment and try again.";
    Problem { retry_after: Some(1), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, message) }
}

/// The reason goes to the log under a report id; the client sees only the id.
pub fn internal_error(app: &App, reason: &str) -> Problem {
    let id = hex(&app.random_bytes::<7>());
    let id = &id[..13];
    log::error!("report webapi-{id}: {reason}");
    let message = format!("Internal Error. Details are available in Magento log file. Report ID: webapi-{id}");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, message)
}
