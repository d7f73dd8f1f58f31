//! Containment of JSON, as Postgres's `@>` and MySQL's `JSON_CONTAINS` see it.

use serde_json::Value;

/// Whether `part` is in `whole`: an object's members each in the member of the same name, an array's
/// elements each in some element, scalars equal.
#[must_use]
pub fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| contains(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            part.iter().all(|part| whole.iter().any(|whole| contains(whole, part)))
        }
        (Value::Array(whole), part) if !part.is_object() => whole.contains(part),
        (Value::Number(whole), Value::Number(part)) => whole.as_f64() == part.as_f64(),
        (whole, part) => whole == part,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn like_postgresql() {
        let whole = json!({"a": 1, "b": {"c": [1, 2, {"d": 3}]}, "e": null});
        for part in [json!({}), json!({"a": 1.0}), json!({"b": {"c": [2]}}), json!({"b": {"c": [{"d": 3}, 1]}})] {
            assert!(contains(&whole, &part), "{part}");
        }
        for part in [json!({"a": "1"}), json!({"x": null}), json!({"b": {"c": [3]}}), json!([])] {
            assert!(!contains(&whole, &part), "{part}");
        }
    }
}
