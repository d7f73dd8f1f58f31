//! `?fields=id,email,extension_attributes[is_subscribed]`: only these keys of an answer that is an
//! object or a list; others are left as they are.

use serde_json::{Map, Value};

/// A key and, in brackets, the keys within it.
#[derive(Debug, PartialEq, Eq)]
struct Wanted(String, Option<Vec<Wanted>>);

/// Keeps what the filter names.
pub fn apply(filter: &str, value: Value) -> Value {
    if !value.is_object() && !value.is_array() {
        return value;
    }
    let mut rest = filter;
    let wanted = parse(&mut rest, 0);
    keep(&wanted, value)
}

/// Brackets within brackets; what stands deeper names nothing. Every level costs stack.
const MAX_NESTING: usize = 16;

fn parse(rest: &mut &str, depth: usize) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    loop {
        let end = rest.find([',', '[', ']']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        *rest = behind;
        let nested = rest.strip_prefix('[').filter(|_| depth < MAX_NESTING);
        let inner = nested.map(|inside| {
            *rest = inside;
            let inner = parse(rest, depth + 1);
            *rest = rest.strip_prefix(']').unwrap_or(rest);
            inner
        });
        if !name.trim().is_empty() {
            wanted.push(Wanted(name.trim().to_owned(), inner));
        }
        match rest.strip_prefix(',') {
            Some(behind) => *rest = behind,
            None => return wanted,
        }
    }
}

fn keep(wanted: &[Wanted], value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|entry| keep(wanted, entry)).collect(),
        Value::Object(mut map) => {
            let mut kept = Map::new();
            for Wanted(name, inner) in wanted {
                if let Some(value) = map.remove(name) {
                    kept.insert(name.clone(), inner.as_ref().map_or(value.clone(), |inner| keep(inner, value)));
                }
            }
            Value::Object(kept)
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keeps_what_is_named() {
        let value = json!({"id": 1, "email": "a", "x": {"y": 1, "z": 2}, "list": [{"a": 1, "b": 2}]});
        assert_eq!(apply("id,email", value.clone()), json!({"id": 1, "email": "a"}));
        assert_eq!(apply("x[z],list[a],nosuch", value), json!({"x": {"z": 2}, "list": [{"a": 1}]}));
        assert_eq!(apply("id", json!(true)), json!(true));
        assert_eq!(apply(&"[".repeat(1_000_000), json!({"id": 1})), json!({}));
    }
}
