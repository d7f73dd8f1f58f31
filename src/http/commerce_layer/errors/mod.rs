//! JSON:API errors: the one match that turns a fault into its wire answer, and validation errors.
//! What can be wrong with a request itself is a table of its own, in `requests`.

mod requests;

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::{Refusal, Weakness, password::MAX_LENGTH};
use crate::service::Fault;
use crate::service::commerce_layer::update_reset::Rejected;

pub use requests::*;

/// One entry of `errors`.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The answer's status, and as text in the entry.
    pub status: StatusCode,
    code: &'static str,
    title: String,
    detail: String,
    pointer: Option<String>,
    meta: Option<Value>,
}

/// Everything that is wrong with a request.
pub type Problems = Vec<Problem>;

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &str, detail: impl Into<String>) -> Self {
        Self { status, code, title: title.to_owned(), detail: detail.into(), pointer: None, meta: None }
    }

    fn bad(code: &'static str, title: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title, detail)
    }

    /// Members that are not known are left out.
    pub fn render(&self) -> Value {
        let mut entry = json!({"title": self.title, "detail": self.detail, "code": self.code});
        if let Some(pointer) = &self.pointer {
            entry["source"] = json!({"pointer": pointer});
        }
        entry["status"] = json!(self.status.as_u16().to_string());
        if let Some(meta) = &self.meta {
            entry["meta"] = meta.clone();
        }
        entry
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

impl From<Rejected> for Problems {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Refused(refusals) => refusals.iter().map(of_refusal).collect(),
            Rejected::Fault(fault) => of_fault(fault).into(),
        }
    }
}

impl From<Fault> for Problems {
    fn from(fault: Fault) -> Self {
        of_fault(fault).into()
    }
}

/// What a use case's fault is answered with.
pub fn of_fault(fault: Fault) -> Problem {
    match fault {
        Fault::Refused(refusal) => of_refusal(&refusal),
        Fault::Busy => {
            let detail = "The service is busy. Wait a moment and try again.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", "Service unavailable", detail)
        }
        Fault::Broken(reason) => internal(&reason),
    }
}

fn of_refusal(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::EmailRequired | Refusal::CustomerWithoutEmail => blank("customer_email"),
        // A required belongs-to that is not there is blank; only trusted integrations may create.
        Refusal::UnknownEmail { .. } => on("/data/relationships/customer", "customer", "can't be blank", "blank"),
        Refusal::EmailTaken => on("/data/attributes/email", "email", "has already been taken", "taken"),
        Refusal::TokenRequired => blank("_reset_password_token"),
        Refusal::UnknownToken | Refusal::AmbiguousToken | Refusal::TokenMismatched => invalid("_reset_password_token"),
        Refusal::TokenExpired => on(
            "/data/attributes/_reset_password_token",
            "_reset_password_token",
            "has expired, please request a new one",
            "expired",
        ),
        Refusal::Password(weakness) => weak_password(weakness),
        Refusal::PasswordRequired => blank("customer_password"),
        Refusal::UnknownResource
        | Refusal::UnknownCustomer
        | Refusal::UnknownWebsite { .. }
        | Refusal::UnknownStore => not_found(),
        Refusal::WrongPassword | Refusal::Locked => invalid("customer_password"),
        Refusal::TooManyRequests { .. } => too_many_requests(),
        Refusal::UnknownTemplate => invalid("template"),
        Refusal::InvalidEmail => invalid("customer_email"),
        Refusal::NamesMissing(_) => blank("name"),
        Refusal::InvalidName(_) => invalid("name"),
        Refusal::InvalidAccessToken => invalid_token(),
        Refusal::NotPermitted
        | Refusal::SignInFailed
        | Refusal::NotConfirmed
        | Refusal::StoreNotInWebsite
        | Refusal::GroupNotAllowed => unauthorized(),
        // Only the other door refuses the rest; they are answered as their like is here.
        Refusal::InvalidClient => {
            Problem::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "invalid_client", INVALID_CLIENT)
        }
    }
}

/// Doorkeeper's words.
pub const INVALID_CLIENT: &str = "Client authentication failed due to unknown client, no client authentication \
     included, or unsupported authentication method.";

/// The shop's own rules for passwords, as Rails would say them.
fn weak_password(weakness: &Weakness) -> Problem {
    let (words, meta) = match weakness {
        Weakness::SameAsEmail => ("can't be the same as the email".to_owned(), json!({"error": "same_as_email"})),
        Weakness::TooLong => (
            format!("is too long (maximum is {MAX_LENGTH} characters)"),
            json!({"error": "too_long", "count": MAX_LENGTH}),
        ),
        Weakness::TooShort { minimum } => (
            format!("is too short (minimum is {minimum} characters)"),
            json!({"error": "too_short", "count": number(minimum)}),
        ),
        Weakness::Padded => ("can't begin or end with a space".to_owned(), json!({"error": "padded"})),
        Weakness::TooFewClasses { required } => (
            format!(
                "needs at least {required} of these kinds of characters: \
                 lower case, upper case, digits, special characters"
            ),
            json!({"error": "too_few_character_classes", "count": number(required)}),
        ),
    };
    Problem { meta: Some(meta), ..on("/data/attributes/customer_password", "customer_password", &words, "") }
}

/// A setting that is a number, as one.
fn number(setting: &str) -> Value {
    setting.parse::<i64>().map_or_else(|_| json!(setting), Value::from)
}

fn on(pointer: &str, name: &str, words: &str, error: &str) -> Problem {
    let problem =
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "VALIDATION_ERROR", words, format!("{name} - {words}"));
    Problem { pointer: Some(pointer.to_owned()), meta: Some(json!({"error": error})), ..problem }
}

/// A required attribute that is not there, or empty.
pub fn blank(attribute: &str) -> Problem {
    on(&format!("/data/attributes/{attribute}"), attribute, "can't be blank", "blank")
}

/// An attribute with an impossible value.
pub fn invalid(attribute: &str) -> Problem {
    on(&format!("/data/attributes/{attribute}"), attribute, "is invalid", "invalid")
}

/// A text that does not fit.
pub fn too_long(attribute: &str, count: usize) -> Problem {
    let words = format!("is too long (maximum is {count} characters)");
    let meta = Some(json!({"error": "too_long", "count": count}));
    Problem { meta, ..on(&format!("/data/attributes/{attribute}"), attribute, &words, "too_long") }
}
