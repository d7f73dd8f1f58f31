//! What a customer that another shop already has must be like: what Magento's columns can hold, no
//! more. The rules for new customers are stricter (`new_customer`).

use chrono::{NaiveDate, NaiveDateTime};

use super::password_hash::{self, StoredHash};

/// The longest email that the column holds, characters.
const MAX_EMAIL: usize = 255;

/// Something on both sides of an `@`, without blanks and control characters: it may become part of a
/// mail's header. Magento has taken addresses that today's rule would not.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let sides = text.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    let clean = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && c <= '\u{ffff}');
    sides && clean && text.chars().count() <= MAX_EMAIL
}

/// Whether a column of so many characters takes the text: Magento's have three bytes a character.
///
/// # Errors
/// A sentence without the text.
pub fn fits(text: &str, length: usize) -> Result<(), String> {
    if text.chars().any(|c| c > '\u{ffff}' || c == '\0') {
        return Err("has a character (such as an emoji) that Magento's columns do not take".into());
    }
    let count = text.chars().count();
    if count > length { Err(format!("has {count} characters, at most {length} fit")) } else { Ok(()) }
}

/// Whether it can be a hash, and not, say, the password itself.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    const SHORTEST: usize = 32;
    match password_hash::parse(text) {
        Some(StoredHash::Bcrypt { text, .. }) => text.len() == 60,
        Some(StoredHash::Magento { hash, .. }) => hash.len() >= SHORTEST && is_hex(hash),
        // Also `hash:salt`, which a Magento 1 left: nobody signs in with it, but it can be reset.
        Some(StoredHash::Keyed(text)) => {
            let hash = text.split(':').next().unwrap_or_default();
            hash.len() >= SHORTEST && is_hex(hash)
        }
        None => false,
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `2024-01-02 03:04:05`, UTC; also with a `T`, a `Z`, a fraction, or the day alone.
#[must_use]
pub fn moment(text: &str) -> Option<NaiveDateTime> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let moment = text
        .get(..19)
        .filter(|_| text.len() == 19 || text.as_bytes().get(19) == Some(&b'.'))
        .and_then(|text| ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"].iter().find_map(|form| parsed(text, form)));
    moment.or_else(|| day(text)?.and_hms_opt(0, 0, 0))
}

fn parsed(text: &str, form: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, form).ok()
}

/// Whether a column of the type TIMESTAMP takes it: from 1970 to early 2038.
#[must_use]
pub fn is_timestamp(moment: NaiveDateTime) -> bool {
    (1..=i64::from(i32::MAX)).contains(&moment.and_utc().timestamp())
}

/// `1990-12-31`, also with a time behind it, as Magento exports days of birth.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|day| day.to_string().len() == 10)
}

/// An option's id, or its English label, as Magento exports it.
#[must_use]
pub fn gender(text: &str) -> Option<i32> {
    match text.to_ascii_lowercase().as_str() {
        "male" => Some(1),
        "female" => Some(2),
        "not specified" => Some(3),
        number => number.parse().ok().filter(|id| (0..=65_535).contains(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_that_a_magento_may_hold() {
        for email in ["a@x", "Ann@Example.com", "o..neil@x.com", "\"a\"@x.com", "a@b@x.com", "ü@bücher.example"] {
            assert!(is_email(email), "{email}");
        }
        for email in ["", "a", "@x.com", "a@", "a b@x.com", "a@x.com\r\nBcc: b@x.com", "a\u{1f600}@x.com"] {
            assert!(!is_email(email), "{email:?}");
        }
        assert!(is_email(&format!("{}@x.com", "a".repeat(249))) && !is_email(&format!("{}@x.com", "a".repeat(250))));
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(fits(&"ü".repeat(40), 40), Ok(()));
        assert_eq!(fits("abc", 2), Err("has 3 characters, at most 2 fit".into()));
        assert!(fits("\u{1f600}", 9).is_err() && fits("\0", 9).is_err());
    }

    #[test]
    fn hashes_and_what_is_none() {
        let (md5, salt) = ("0".repeat(32), "s".repeat(32));
        for hash in [format!("{md5}:{salt}:0"), format!("{md5}:{salt}:3_32_2_67108864"), md5.clone()] {
            assert!(is_hash(&hash), "{hash}");
        }
        assert!(is_hash(&format!("{md5}:ab")) && is_hash(&format!("$2b$10${}", "a".repeat(53))));
        for text in ["", "Password123!", "$2b$10$x", "secret:salt:1", "0:0:9", "correct horse battery staple xxxxxxx"] {
            assert!(!is_hash(text), "{text}");
        }
    }

    #[test]
    fn times() {
        let expected = day("2024-01-02").and_then(|day| day.and_hms_opt(3, 4, 5));
        for text in ["2024-01-02 03:04:05", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05.678", "2024-01-02T03:04:05.6Z"]
        {
            assert_eq!(moment(text), expected, "{text}");
        }
        assert_eq!(moment("2024-01-02"), day("2024-01-02 00:00:00").and_then(|day| day.and_hms_opt(0, 0, 0)));
        for text in ["", "0000-00-00 00:00:00", "yesterday", "2024-13-01 00:00:00", "12024-01-02"] {
            assert_eq!(moment(text), None, "{text}");
        }
        let stamp = |text| moment(text).is_some_and(is_timestamp);
        assert!(stamp("2038-01-19 03:14:07") && !stamp("2038-01-19 03:14:08"));
        assert!(stamp("1970-01-01 00:00:01") && !stamp("1970-01-01 00:00:00"));
    }

    #[test]
    fn genders() {
        let read = ["1", "Male", "FEMALE", "Not Specified", "65535"].map(gender);
        assert_eq!(read, [Some(1), Some(1), Some(2), Some(3), Some(65_535)]);
        assert_eq!(["", "x", "-1", "65536"].map(gender), [None; 4]);
    }
}
