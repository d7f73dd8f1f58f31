//! How a command can fail.

use std::fmt;

use crate::app::StartError;
use crate::domain::{Refusal, Weakness};
use crate::service::Fault;
use crate::storage::StorageError;

/// Why a command did not do its work, in words for an operator.
#[derive(Debug)]
pub enum Failure {
    /// Mistakes in the settings.
    Config(Vec<String>),
    /// Anything else, as a sentence.
    Message(String),
}

impl Failure {
    /// 2 for wrong usage, else 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) => 2,
            Self::Message(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(mistakes) => {
                write!(f, "the settings have {} mistake(s):", mistakes.len())?;
                mistakes.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
            }
            Self::Message(message) => f.write_str(message),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Message(error.to_string())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Message(match fault {
            Fault::Refused(refusal) => sentence(&refusal),
            Fault::Busy => "the service is busy; try again".into(),
            Fault::Broken(reason) => reason,
        })
    }
}

fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::EmailRequired => "an email is needed".into(),
        Refusal::PasswordRequired => "a password is needed".into(),
        Refusal::UnknownResource => "there is no such resource".into(),
        Refusal::InvalidAccessToken | Refusal::NotPermitted | Refusal::InvalidClient => "that is not permitted".into(),
        Refusal::UnknownEmail { website } => format!("website {website} has no customer with that email"),
        Refusal::EmailTaken => "the website has a customer with that email already".into(),
        Refusal::TokenRequired => "a token is needed".into(),
        Refusal::UnknownToken => "no customer has that token".into(),
        Refusal::AmbiguousToken => "several customers have that token".into(),
        Refusal::TokenMismatched => "that is not the customer's token".into(),
        Refusal::TokenExpired => "the token is too old".into(),
        Refusal::UnknownCustomer => "there is no customer with that id".into(),
        Refusal::UnknownWebsite { website } => format!("there is no website {website}"),
        Refusal::UnknownStore => "there is no such store".into(),
        Refusal::StoreNotInWebsite => "the store is not one of the website's".into(),
        Refusal::SignInFailed => "name and password do not fit, or the account is locked".into(),
        Refusal::NotConfirmed => "the account waits to be confirmed".into(),
        Refusal::WrongPassword => "that is not the current password".into(),
        Refusal::Locked => "the account is locked".into(),
        Refusal::TooManyRequests { contact, .. } => format!("too many requests for reset links; see {contact}"),
        Refusal::UnknownTemplate => "there is no such kind of mail".into(),
        Refusal::CustomerWithoutEmail => "a customer needs an email".into(),
        Refusal::InvalidEmail => "that is no email address".into(),
        Refusal::NamesMissing(_) => "a customer needs a first and a last name".into(),
        Refusal::InvalidName(_) => "a name has characters that no name has".into(),
        Refusal::GroupNotAllowed => "the customer group may not be chosen".into(),
        Refusal::Password(weakness) => format!("the password {}", flaw(weakness)),
    }
}

fn flaw(weakness: &Weakness) -> String {
    match weakness {
        Weakness::SameAsEmail => "is the email address".into(),
        Weakness::TooLong => "has more than 256 characters".into(),
        Weakness::TooShort { minimum } => format!("needs at least {minimum} characters"),
        Weakness::Padded => "begins or ends with white space".into(),
        Weakness::TooFewClasses { required } => {
            format!("needs {required} of: lower case, upper case, digits, other characters")
        }
    }
}
