//! PHP's casts of JSON values to the types of service parameters.

use serde_json::{Number, Value};

use crate::domain::php;

/// What a value that has no text, such as a list, is called in errors.
pub const ARRAY: &str = "array";

/// `(string)`: `true` is `1`, `false` is empty, floats have 14 significant digits.
///
/// # Errors
/// [`ARRAY`] for lists and objects.
pub fn to_text(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::Null | Value::Bool(false) => Ok(String::new()),
        Value::Bool(true) => Ok("1".into()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number_text(number)),
        Value::Array(_) | Value::Object(_) => Err(ARRAY),
    }
}

/// `(int)` of what PHP's `is_numeric` accepts; too large numbers saturate.
///
/// # Errors
/// The value as text, or [`ARRAY`].
pub fn to_int(value: &Value) -> Result<i64, String> {
    match value {
        Value::Number(number) => Ok(php::to_int(&number_text(number))),
        Value::String(text) if php::is_numeric(text) => Ok(php::to_int(text)),
        other => Err(to_text(other).unwrap_or_else(str::to_owned)),
    }
}

fn number_text(number: &Number) -> String {
    number.as_i64().map_or_else(|| float_text(number.as_f64().unwrap_or(0.0)), |int| int.to_string())
}

/// PHP's `%.14G`: `1.2345678901235E+29`, `1.0E+25`, `0.1`, `-0`.
fn float_text(float: f64) -> String {
    let scientific = format!("{float:.13e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..14).contains(&exponent) {
        let decimals = usize::try_from(13 - exponent).unwrap_or(0);
        let fixed = format!("{float:.decimals$}");
        return if fixed.contains('.') { fixed.trim_end_matches('0').trim_end_matches('.').to_owned() } else { fixed };
    }
    let mantissa = mantissa.trim_end_matches('0');
    let mantissa = if mantissa.ends_with('.') { format!("{mantissa}0") } else { mantissa.to_owned() };
    format!("{mantissa}E{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers() {
        let cases = [
            ("123", "123"),
            ("0", "0"),
            ("-1", "-1"),
            ("1.0", "1"),
            ("1.5", "1.5"),
            ("-0.0", "-0"),
            ("0.1", "0.1"),
            ("1e2", "100"),
            ("123456789012345678901234567890", "1.2345678901235E+29"),
            ("1e25", "1.0E+25"),
            ("0.0001", "0.0001"),
            ("0.00001", "1.0E-5"),
            ("9223372036854775808", "9.2233720368548E+18"),
            ("100000000000000.0", "1.0E+14"),
            ("10000000000000.0", "10000000000000"),
            ("1.23456789012345678", "1.2345678901235"),
        ];
        for (json, text) in cases {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(to_text(&value).unwrap(), text, "{json}");
        }
    }

    #[test]
    fn integers() {
        let cases = [
            ("1", Ok(1)),
            ("\"1\"", Ok(1)),
            ("\" 1.9\"", Ok(1)),
            ("\"1e2\"", Ok(100)),
            ("-1", Ok(-1)),
            ("\"99999999999999999999999\"", Ok(i64::MAX)),
            ("true", Err("1")),
            ("false", Err("")),
            ("\"\"", Err("")),
            ("\"1abc\"", Err("1abc")),
            ("[]", Err("array")),
        ];
        for (json, expected) in cases {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(to_int(&value), expected.map_err(str::to_owned), "{json}");
        }
    }

    #[test]
    fn others() {
        assert_eq!(to_text(&json!(true)).unwrap(), "1");
        assert_eq!(to_text(&json!(false)).unwrap(), "");
        assert!(to_text(&json!([])).is_err() && to_text(&json!({})).is_err());
    }
}
