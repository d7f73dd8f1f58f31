//! When two email addresses are the same customer's.

/// An email address as somebody sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Takes what was sent, unchanged.
    #[must_use]
    pub fn new(sent: impl Into<String>) -> Self {
        Self(sent.into())
    }

    /// As it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What to ask the database for; `None` where no stored email can be equal.
    ///
    /// Trailing spaces never count (MySQL pads). A character beyond the basic plane cannot stand in
    /// Magento's three-byte columns, and asking for one fails there with "illegal mix of collations".
    #[must_use]
    pub fn lookup_key(&self) -> Option<&str> {
        let key = self.0.trim_end_matches(' ');
        let impossible = key.is_empty() || key.chars().any(|c| c == '\0' || c > '\u{ffff}');
        (!impossible).then_some(key)
    }

    /// A key under which emails that [`Email::matches`] takes for equal are equal.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.trim_end_matches(' ').to_ascii_lowercase()
    }

    /// The rule: ASCII letters regardless of case, trailing spaces ignored, exact otherwise.
    ///
    /// Never the collation's idea of equality, under which `ı = i`, `ß = s` and `á = a`: a reset
    /// link could be asked for with a look-alike address.
    #[must_use]
    pub fn matches(&self, stored: &str) -> bool {
        self.0.trim_end_matches(' ').eq_ignore_ascii_case(stored.trim_end_matches(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_trailing_spaces_do_not_count() {
        for sent in ["alice@example.com", "ALICE@Example.Com", "alice@example.com  "] {
            assert!(Email::new(sent).matches("Alice@example.com"), "{sent}");
        }
        assert!(Email::new("a@x.com").matches("a@x.com "));
    }

    #[test]
    fn look_alikes_are_strangers() {
        let pairs = [
            ("ádmin@x.com", "admin@x.com"),
            ("admın@x.com", "admin@x.com"),
            ("ADMİN@x.com", "admin@x.com"),
            ("\u{ff41}dmin@x.com", "admin@x.com"),
            ("\u{212a}elly@x.com", "kelly@x.com"),
            ("\u{17f}am@x.com", "sam@x.com"),
            ("straße@x.com", "strase@x.com"),
            ("straße@x.com", "strasse@x.com"),
            ("ad\u{200b}min@x.com", "admin@x.com"),
            ("ad\u{ad}min@x.com", "admin@x.com"),
            ("admin@x.com\t", "admin@x.com"),
            ("admin@x.com\u{a0}", "admin@x.com"),
            (" admin@x.com", "admin@x.com"),
            ("ÜBER@x.com", "über@x.com"),
        ];
        for (sent, stored) in pairs {
            assert!(!Email::new(sent).matches(stored), "{sent} {stored}");
        }
    }

    #[test]
    fn impossible_emails_are_not_looked_up() {
        for sent in ["", "   ", "a\u{1f600}@x.com", "a@x.com\0"] {
            assert_eq!(Email::new(sent).lookup_key(), None);
        }
        assert_eq!(Email::new("ü@x.com ").lookup_key(), Some("ü@x.com"));
    }
}
