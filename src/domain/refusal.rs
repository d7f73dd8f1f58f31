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
    /// There is no customer with that id.
    UnknownCustomer,
    /// There is no website with that id.
    UnknownWebsite {
        /// As it was sent.
        website: i64,
    },
    /// There is no store with that id.
    UnknownStore,
    /// The store is not one of the website's.
    StoreNotInWebsite,
    /// Name and password do not fit, or the account is locked, or the name is throttled.
    SignInFailed,
    /// The account waits to be confirmed.
    NotConfirmed,
    /// Not the current password.
    WrongPassword,
    /// Not the current password, and the account is locked.
    Locked,
    /// Too many requests for reset links.
    TooManyRequests {
        /// Whom to turn to.
        contact: String,
        /// Seconds after which another one is allowed for certain.
        seconds: i64,
    },
    /// No kind of mail that there is.
    UnknownTemplate,
    /// A customer to be lacks an email.
    CustomerWithoutEmail,
    /// A customer to be has an email that is none.
    InvalidEmail,
    /// A customer to be lacks these names.
    NamesMissing(Vec<NamePart>),
    /// A name has characters that no name has.
    InvalidName(NamePart),
    /// A stranger may not choose a customer group.
    GroupNotAllowed,
    /// The new password breaks a rule.
    Password(Weakness),
}

/// A part of a customer's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// First name.
    First,
    /// Middle name.
    Middle,
    /// Last name.
    Last,
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
