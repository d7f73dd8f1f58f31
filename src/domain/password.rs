//! What a new password must be like: Magento's rules, in Magento's order.

use super::php;
use super::refusal::Weakness;

/// The most characters (not bytes) of a password.
pub const MAX_LENGTH: usize = 256;

/// The shop's settings for passwords, as stored.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `customer/password/minimum_password_length`.
    pub minimum_length: String,
    /// `customer/password/required_character_classes_number`.
    pub required_classes: String,
}

impl Policy {
    /// Holds a password against the rules; the first that it breaks is named.
    ///
    /// * `email`: what the password must differ from, ASCII letters regardless of case.
    ///
    /// # Errors
    /// The broken rule.
    pub fn check(&self, password: &str, email: &str) -> Result<(), Weakness> {
        if password.eq_ignore_ascii_case(email) {
            return Err(Weakness::SameAsEmail);
        }
        let length = password.chars().count();
        if length > MAX_LENGTH {
            return Err(Weakness::TooLong);
        }
        if php::int_less_than(length, &self.minimum_length) {
            return Err(Weakness::TooShort { minimum: self.minimum_length.clone() });
        }
        if length == 0 {
            // Magento fails with 500 where its minimums allow an empty password.
            return Err(Weakness::TooShort { minimum: "1".into() });
        }
        if php::trim(password).len() != password.len() {
            return Err(Weakness::Padded);
        }
        if php::int_less_than(classes(password), &self.required_classes) {
            return Err(Weakness::TooFewClasses { required: self.required_classes.clone() });
        }
        Ok(())
    }
}

/// Digits, upper case, lower case, anything else; bytewise, so `é` is "anything else".
fn classes(password: &str) -> usize {
    let kinds: [fn(&u8) -> bool; 4] =
        [u8::is_ascii_digit, u8::is_ascii_uppercase, u8::is_ascii_lowercase, |byte| !byte.is_ascii_alphanumeric()];
    kinds.iter().filter(|kind| password.as_bytes().iter().any(*kind)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weakness> {
        Policy { minimum_length: "8".into(), required_classes: "3".into() }.check(password, "alice@example.com")
    }

    #[test]
    fn order_and_boundaries() {
        assert_eq!(check("ALICE@example.COM"), Err(Weakness::SameAsEmail));
        assert_eq!(check(&"Aa1!".repeat(65)), Err(Weakness::TooLong));
        assert_eq!(check(&format!("{}Aa1", "é".repeat(253))), Ok(()));
        assert_eq!(check(&format!("{}Aa1", "\u{1f600}".repeat(254))), Err(Weakness::TooLong));
        assert_eq!(check("Aa1!aaa"), Err(Weakness::TooShort { minimum: "8".into() }));
        assert_eq!(check("Aa1aaaaa"), Ok(()));
    }

    #[test]
    fn white_space_at_the_ends_is_php_s() {
        for padded in [" Abcdef1!", "Abcdef1!\t", "Abcdef1!\n", "Abcdef1!\0", "\x0bAbcdef1!", "\rAbcdef1!"] {
            assert_eq!(check(padded), Err(Weakness::Padded), "{padded:?}");
        }
        for fine in ["Abcdef1!\u{a0}", "\u{2003}Abcdef1!", "Abc def 1", "\x0cAbcdef1!"] {
            assert_eq!(check(fine), Ok(()), "{fine:?}");
        }
    }

    #[test]
    fn classes_are_ascii() {
        let few = Err(Weakness::TooFewClasses { required: "3".into() });
        assert_eq!(check("пароль12"), few);
        assert_eq!(check("éééééééé"), few);
        assert_eq!(check("ÀÉ1aaaaa"), Ok(()));
        assert_eq!(check("aaaaaaa!"), few);
    }

    #[test]
    fn settings_that_are_no_numbers() {
        let policy = |minimum: &str, required: &str| Policy {
            minimum_length: minimum.into(),
            required_classes: required.into(),
        };
        assert_eq!(policy("", "abc").check("a", "x"), Err(Weakness::TooFewClasses { required: "abc".into() }));
        assert_eq!(policy("0", "0").check("a", "x"), Ok(()));
        assert_eq!(policy("0", "0").check("", "x"), Err(Weakness::TooShort { minimum: "1".into() }));
    }
}
