//! Magento's texts, each once, and the one match that turns a fault into its wire answer.
//!
//! Where Magento leaves `%placeholders` in the message and puts the values beside it, so do we;
//! where it renders them, the text is formatted here.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use super::envelope::Problem;
use crate::app::App;
use crate::domain::crypt_key::hex;
use crate::domain::password::MAX_LENGTH;
use crate::domain::{Refusal, Weakness};
use crate::service::Fault;

const REQUIRED: &str = "\"%fieldName\" is required. Enter and try again.";

fn bad_request(message: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, message)
}

/// What a use case's fault is answered with.
pub fn of_fault(app: &App, fault: Fault) -> Problem {
    match fault {
        Fault::Refused(refusal) => of_refusal(&refusal),
        Fault::Busy => busy(),
        Fault::Broken(reason) => internal_error(app, &reason),
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
        Refusal::Password(weakness) => weak_password(weakness),
        Refusal::PasswordRequired => required(&["newPassword"]),
        // Only the other door refuses these; they are answered as Magento answers their like.
        Refusal::UnknownResource => no_route(),
        Refusal::InvalidAccessToken | Refusal::NotPermitted | Refusal::InvalidClient => not_authorized("self"),
    };
    problem.because(format!("{refusal:?}"))
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
