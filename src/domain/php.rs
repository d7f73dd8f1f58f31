//! The few PHP conversions that Magento's rules lean on: settings are strings there, and are
//! compared and cast as PHP does.

use std::cmp::Ordering;

/// What PHP's `trim()` takes away at both ends: space, tab, line feed, carriage return, NUL and
/// vertical tab. No other white space.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r', '\0', '\x0b'])
}

/// PHP's `(int)`: the leading number, else 0; out of range saturates.
#[must_use]
pub fn to_int(text: &str) -> i64 {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let number: String = leading_number(text);
    number.parse::<i64>().unwrap_or_else(|_| float_to_int(&number))
}

#[expect(clippy::cast_possible_truncation, reason = "saturation is what is wanted")]
fn float_to_int(number: &str) -> i64 {
    number.parse::<f64>().map_or(0, |float| float as i64)
}

fn leading_number(text: &str) -> String {
    let mut end = 0;
    let bytes = text.as_bytes();
    for (position, byte) in bytes.iter().enumerate() {
        let seen = &bytes[..position];
        let fits = match byte {
            b'0'..=b'9' => true,
            b'+' | b'-' => position == 0 || matches!(seen[position - 1], b'e' | b'E'),
            b'.' => !seen.contains(&b'.') && !seen.iter().any(|b| matches!(b, b'e' | b'E')),
            b'e' | b'E' => seen.iter().any(u8::is_ascii_digit) && !seen.iter().any(|b| matches!(b, b'e' | b'E')),
            _ => false,
        };
        if !fits {
            break;
        }
        end = position + 1;
    }
    text[..end].trim_end_matches(['e', 'E', '+', '-', '.']).to_owned()
}

/// PHP's `is_numeric`: a number with optional white space around it.
#[must_use]
pub fn is_numeric(text: &str) -> bool {
    let blank = [' ', '\t', '\n', '\r', '\x0b', '\x0c'];
    let number = text.trim_matches(blank);
    let digits = number.trim_start_matches(['+', '-']);
    number.len() - digits.len() <= 1
        && digits.bytes().any(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && number.parse::<f64>().is_ok()
}

/// PHP 8's `$number < $text`: as numbers where the text is numeric, as text otherwise. A setting of
/// `abc` is thus greater than any number, an empty one smaller.
#[must_use]
pub fn int_less_than(number: usize, text: &str) -> bool {
    if is_numeric(text) {
        let bound = text.trim().parse::<f64>().unwrap_or(0.0);
        #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
        return (number as f64).partial_cmp(&bound) == Some(Ordering::Less);
    }
    number.to_string().as_str() < text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts() {
        let cases = [("2", 2), (" 3h", 3), ("abc", 0), ("", 0), ("-1", -1), ("1.9", 1), ("1e2", 100)];
        for (text, expected) in cases {
            assert_eq!(to_int(text), expected, "{text}");
        }
        assert_eq!(to_int("99999999999999999999"), i64::MAX);
    }

    #[test]
    fn numeric() {
        for text in ["1", " 1", "1 ", "+1", "-1", "1.5", "1e0", ".5", "99999999999999999999999"] {
            assert!(is_numeric(text), "{text}");
        }
        for text in ["", " ", "1abc", "0x1", "null", "true", "--1", "1 2", "inf", "nan", "e5"] {
            assert!(!is_numeric(text), "{text}");
        }
    }

    #[test]
    fn comparisons_with_settings() {
        assert!(int_less_than(7, "8") && !int_less_than(8, "8") && int_less_than(7, " 8 "));
        assert!(int_less_than(4, "abc"));
        assert!(!int_less_than(0, ""));
    }
}
