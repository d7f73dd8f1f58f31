//! Every "no" that rekey can say, without words: each door has its own.

/// Why a request is refused. Nothing secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No email, where one is needed.
    EmailRequired,
    /// No customer has that email in that website.
    UnknownEmail {
        /// The website that was searched.
        website: i32,
    },
    /// The website has a customer with that email already.
    EmailTaken,
    /// An empty token.
    TokenRequired,
    /// No customer has that token.
    UnknownToken,
    /// Several customers have that token: it names nobody.
    AmbiguousToken,
    /// Not the token of that customer, or it has none.
    TokenMismatched,
    /// The right token, too late.
    TokenExpired,
    /// No new password.
    PasswordRequired,
    /// No resource has that public id.
    UnknownResource,
    /// Not an access token of ours, or one that is no longer good.
    InvalidAccessToken,
    /// The application may not do that.
    NotPermitted,
    /// No application signs in with that id and secret.
    InvalidClient,
    /// The new password breaks a rule.
    Password(Weakness),
}

/// What is wrong with a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// It is the email address.
    SameAsEmail,
    /// It has more characters than [`super::password::MAX_LENGTH`].
    TooLong,
    /// It has too few characters.
    TooShort {
        /// The setting as it is stored; Magento answers it as text.
        minimum: String,
    },
    /// It begins or ends with white space.
    Padded,
    /// It mixes too few kinds of characters.
    TooFewClasses {
        /// The setting as it is stored.
        required: String,
    },
}

impl From<Weakness> for Refusal {
    fn from(weakness: Weakness) -> Self {
        Self::Password(weakness)
    }
}
