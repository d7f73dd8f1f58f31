//! A letter to a customer: what is said to whom, before anybody thinks of mail.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a letter is about; each kind has templates of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// The customer asked for a new password (Magento's `email_reset`).
    PasswordReset,
    /// As above, worded as a reminder (Magento's `email_reminder`).
    PasswordReminder,
    /// Somebody, hopefully the customer, changed the password.
    PasswordChanged,
    /// An account was made.
    Welcome,
    /// An account was made for the customer, who has yet to choose a password.
    WelcomeWithoutPassword,
    /// An account was made, and its address is to be confirmed.
    ConfirmAccount,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::PasswordReset,
        Self::PasswordReminder,
        Self::PasswordChanged,
        Self::Welcome,
        Self::WelcomeWithoutPassword,
        Self::ConfirmAccount,
    ];

    /// The name that its template files begin with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::PasswordReminder => "password_reminder",
            Self::PasswordChanged => "password_changed",
            Self::Welcome => "welcome",
            Self::WelcomeWithoutPassword => "welcome_without_password",
            Self::ConfirmAccount => "confirm_account",
        }
    }
}

/// All that the templates and the envelope need. It is put together when the mail is decided upon,
/// not when it is sent: a setting that changes meanwhile does not change what was promised.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    /// What it is about.
    pub kind: LetterKind,
    /// `store_id` of the customer's store.
    pub store: i32,
    /// Its code, which names a folder of templates.
    pub store_code: String,
    /// As the shop calls itself: `general/store_information/name`, else the name of the store's group.
    pub store_name: String,
    /// `general/store_information/phone`; empty where there is none.
    pub store_phone: String,
    /// Where the customer finds help.
    pub store_email: String,
    /// `general/locale/code`, as in `en_US`.
    pub locale: String,
    /// The customer's name; whatever they typed.
    pub to_name: String,
    /// The stored address.
    pub to_email: String,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address.
    pub from_email: String,
    /// Where the letter leads. For some kinds whoever has it has the account.
    pub link: Option<String>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("kind", &self.kind)
            .field("store", &self.store)
            .field("to", &masked(&self.to_email))
            .finish_non_exhaustive()
    }
}

/// An address that a log may hold: `a…@example.com`.
#[must_use]
pub fn masked(email: &str) -> String {
    match (email.chars().next(), email.rsplit_once('@')) {
        (Some(first), Some((_, domain))) => format!("{first}…@{domain}"),
        _ => "…".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_neither_link_nor_address() {
        let letter = Letter {
            kind: LetterKind::PasswordReset,
            store: 1,
            store_code: "default".into(),
            store_name: "Shop".into(),
            store_phone: String::new(),
            store_email: String::new(),
            locale: "en_US".into(),
            to_name: "Alice".into(),
            to_email: "alice@example.com".into(),
            from_name: "Shop".into(),
            from_email: "shop@example.com".into(),
            link: Some("https://example.com/?token=s3cret".into()),
        };
        let printed = format!("{letter:?}");
        assert!(!printed.contains("s3cret") && !printed.contains("alice@"), "{printed}");
        assert!(printed.contains("a…@example.com"), "{printed}");
    }
}
