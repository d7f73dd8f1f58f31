//! JSON bodies, as PHP's `json_decode` takes them: the last of equal keys wins, 512 levels.

use serde::Deserialize;
use serde_json::{Deserializer, Value};

/// PHP's default depth.
const MAX_DEPTH: usize = 512;

/// Decodes a whole body.
///
/// # Errors
/// PHP's name for what is wrong.
pub fn decode(body: &[u8]) -> Result<Value, &'static str> {
    let text = std::str::from_utf8(body).map_err(|_| "Malformed UTF-8 characters, possibly incorrectly encoded")?;
    if depth(text) > MAX_DEPTH {
        return Err("Maximum stack depth exceeded");
    }
    let mut deserializer = Deserializer::from_str(text);
    // The depth is bounded above: serde_json's own limit of 128 would refuse what PHP takes.
    deserializer.disable_recursion_limit();
    let value = Value::deserialize(&mut deserializer).map_err(|_| "Syntax error")?;
    deserializer.end().map_err(|_| "Syntax error")?;
    Ok(value)
}

/// The deepest nesting of brackets outside strings.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_like_php() {
        let nested = |n| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(decode(nested(512).as_bytes()).is_ok());
        assert!(decode(nested(513).as_bytes()).is_err());
        assert!(decode("[".repeat(100_000).as_bytes()).is_err());
        assert!(decode(format!("\"{}\"", "[".repeat(600)).as_bytes()).is_ok());
    }

    #[test]
    fn last_key_wins() {
        assert_eq!(decode(br#"{"a":1,"b":2,"a":3}"#).unwrap(), serde_json::json!({"a": 3, "b": 2}));
    }

    #[test]
    fn malformed() {
        let bodies: [&[u8]; 9] = [
            b"{",
            b"   ",
            b"{'a':1}",
            b"{\"a\":1,}",
            b"{} x",
            b"\xef\xbb\xbf{}",
            b"\"\xff\"",
            br#""\ud800""#,
            b"\"\x01\"",
        ];
        for body in bodies {
            assert!(decode(body).is_err(), "{body:?}");
        }
    }
}
