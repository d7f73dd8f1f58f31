//! Reset tokens.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// Length of the tokens that Magento and rekey make.
pub const LENGTH: usize = 32;

/// The characters that they are made of.
pub const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A reset token as somebody sent it, or as it was issued. It never prints.
#[derive(Clone, Debug)]
pub struct ResetToken(SecretString);

impl ResetToken {
    /// Takes a token as it is.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(SecretString::from(token.into()))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it counts as not given: empty, or `0`, which PHP takes for empty.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self.expose(), "" | "0")
    }

    /// Byte for byte, in constant time; a blank token equals nothing.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        !self.is_blank() && bool::from(self.expose().as_bytes().ct_eq(other.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_exact() {
        let token = ResetToken::new("tokenAAAA");
        assert!(token.is("tokenAAAA"));
        for other in ["TOKENaaaa", "tokenAAA", "tokenAAAAx", "tokenAAAA ", " tokenAAAA", "tokenAAAA\0", ""] {
            assert!(!token.is(other), "{other:?}");
        }
    }

    #[test]
    fn a_blank_token_is_nobodys() {
        assert!(!ResetToken::new("").is("") && !ResetToken::new("0").is("0"));
    }

    #[test]
    fn it_does_not_print() {
        assert!(!format!("{:?}", ResetToken::new("s3cret")).contains("s3cret"));
    }
}
