//! A reset as a resource.

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// How long a token lives: Commerce Layer's documentation and Devise's default agree.
pub const LIFETIME_HOURS: i64 = 6;

/// Length of a token.
pub const TOKEN_LENGTH: usize = 20;

/// Url-safe base64 with `l I O 0` replaced, as Devise's `friendly_token` makes them.
pub const TOKEN_ALPHABET: &[u8; 64] = b"ABCDEFGHxJKLMNyPQRSTUVWXYZabcdefghijksmnopqrstuvwxyzz123456789-_";

/// A row of `customer_password_resets`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reset {
    /// Row id.
    pub id: i64,
    /// Ten letters.
    pub public_id: String,
    /// Whose password.
    pub customer_id: i64,
    /// The customer's email when the reset was created.
    pub customer_email: String,
    /// The keyed digest that finds the token.
    pub token_digest: String,
    /// The token, sealed with the crypt key: integrations read it back at any time.
    pub token_sealed: String,
    /// The password that the token may replace: any change of it, by anyone, voids the reset.
    pub password_mark: String,
    /// The shop's own name for it.
    pub reference: Option<String>,
    /// Where that name comes from.
    pub reference_origin: Option<String>,
    /// A JSON object.
    pub metadata: String,
    /// UTC, milliseconds.
    pub created_at: NaiveDateTime,
    /// UTC, milliseconds.
    pub updated_at: NaiveDateTime,
    /// When the token was spent.
    pub reset_password_at: Option<NaiveDateTime>,
}

impl Reset {
    /// Whether the token is too old; one from the future is, too.
    #[must_use]
    pub fn is_expired(&self, now: NaiveDateTime) -> bool {
        let age = now - self.created_at;
        // A clock that is a second behind another process's must not refuse a token just made.
        age < TimeDelta::seconds(-60) || age >= TimeDelta::hours(LIFETIME_HOURS)
    }
}

/// Makes a token of random bytes: six bits each, so no modulo bias.
#[must_use]
pub fn token(random: &[u8; TOKEN_LENGTH]) -> String {
    random.iter().map(|byte| char::from(TOKEN_ALPHABET[usize::from(byte & 63)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_no_look_alikes() {
        assert!(TOKEN_ALPHABET.iter().all(|byte| !b"lIO0".contains(byte)));
        assert_eq!(token(&[255; TOKEN_LENGTH]), "_".repeat(TOKEN_LENGTH));
    }
}
