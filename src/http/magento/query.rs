//! The query string, as PHP's `parse_str` reads it.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::envelope::Problem;
use super::phrases;

/// PHP's `max_input_vars`.
const MAX_VARIABLES: usize = 1000;

/// PHP's `max_input_nesting_level`: deeper variables are dropped. Every level costs stack.
const MAX_NESTING: usize = 64;

/// Name and value of each variable; the last of equal names wins, `a[b]=c` makes arrays.
///
/// # Errors
/// What is not UTF-8: replacing it could turn it into somebody's password.
pub fn parse(query: &str) -> Result<Vec<(String, Value)>, Problem> {
    let mut variables = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()).take(MAX_VARIABLES) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        insert(&mut variables, name.trim_start_matches(' '), Value::String(value));
    }
    Ok(variables.into_iter().collect())
}

fn decode(text: &str) -> Result<String, Problem> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| phrases::decoding_error(None))
}

fn insert(variables: &mut Map<String, Value>, name: &str, value: Value) {
    let (base, keys) = match name.find('[') {
        Some(position) if position > 0 && name[position..].contains(']') => {
            (&name[..position], keys(&name[position..]))
        }
        _ => (name, Vec::new()),
    };
    let base: String = base.chars().map(|c| if matches!(c, '.' | ' ' | '[') { '_' } else { c }).collect();
    if !base.is_empty() && keys.len() <= MAX_NESTING {
        set(variables, base, &keys, value);
    }
}

fn keys(brackets: &str) -> Vec<String> {
    let mut rest = brackets;
    let mut keys = Vec::new();
    while let Some((key, behind)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        keys.push(key.to_owned());
        rest = behind;
    }
    keys
}

fn set(map: &mut Map<String, Value>, name: String, keys: &[String], value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        map.insert(name, value);
        return;
    };
    let slot = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        let key = if first.is_empty() { inner.len().to_string() } else { first.clone() };
        set(inner, key, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(query: &str) -> Value {
        Value::Object(parse(query).unwrap().into_iter().collect())
    }

    #[test]
    fn like_php() {
        assert_eq!(parsed("a=1&a=2&b&c=x+y%21&=z&&"), json!({"a": "2", "b": "", "c": "x y!"}));
        assert_eq!(
            parsed("a[]=1&a[]=2&b[c][d]=3&e.f=4"),
            json!({"a": {"0": "1", "1": "2"}, "b": {"c": {"d": "3"}}, "e_f": "4"})
        );
        assert!(parse("a=%ff").is_err());
        assert_eq!(parsed(&format!("a{}=1&b=2", "[]".repeat(30_000))), json!({"b": "2"}));
    }
}
