//! JSON answers, as PHP's `json_encode` writes them without flags: compact, `/` as `\/`, everything
//! beyond ASCII as `\uXXXX`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

/// Encodes a value.
pub fn encode(value: &Value) -> String {
    let mut bytes = Vec::with_capacity(128);
    // Writing a `Value` into memory cannot fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, Php));
    String::from_utf8(bytes).unwrap_or_default()
}

struct Php;

impl Formatter for Php {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.bytes().all(|byte| byte.is_ascii() && byte != b'/') {
            return writer.write_all(fragment.as_bytes());
        }
        for character in fragment.chars() {
            match character {
                '/' => writer.write_all(b"\\/")?,
                ascii if ascii.is_ascii() => writer.write_all(&[ascii as u8])?,
                other => {
                    for unit in other.encode_utf16(&mut [0; 2]) {
                        write!(writer, "\\u{unit:04x}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn escapes_like_php() {
        assert_eq!(encode(&json!("a/é\u{1f600}\"\\\u{1}\n<&'")), r#""a\/\u00e9\ud83d\ude00\"\\\u0001\n<&'""#);
        assert_eq!(encode(&json!({"a": [1, true, null]})), r#"{"a":[1,true,null]}"#);
    }
}
