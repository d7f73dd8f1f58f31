//! Values of filters, in the type of their column.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SubsecRound};
use serde_json::Value;

use crate::domain::commerce_layer::listing::{Column, Kind, Op, Operand};

/// A value for a column, or `None` when it is of the wrong type.
pub fn operand(column: Column, text: &str) -> Option<Operand> {
    match column.kind() {
        Kind::Text | Kind::Opaque => Some(Operand::Text(text.to_owned())),
        Kind::Time => time(text).map(Operand::Time),
        Kind::Json => object(text).map(Operand::Json),
    }
}

/// Whether a test makes sense for a column.
pub fn fits(column: Column, op: Op) -> bool {
    match op {
        Op::Null | Op::NotNull | Op::Blank | Op::Present | Op::Eq | Op::NotEq => true,
        Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => matches!(column.kind(), Kind::Text | Kind::Time),
        Op::Like | Op::NotLike => column.kind() == Kind::Text,
        Op::Contains => column.kind() == Kind::Json,
    }
}

/// `2018-01-01`, or a full ISO time; UTC when it names no zone.
pub fn time(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let zoned = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.naive_utc());
    let local = |format| NaiveDateTime::parse_from_str(text, format).ok();
    // A client that forgot to encode the `+` of its zone.
    let repaired = || DateTime::parse_from_rfc3339(&text.replacen(' ', "+", 1)).ok().map(|time| time.naive_utc());
    let time = day()
        .or_else(zoned)
        .or_else(|| local("%Y-%m-%dT%H:%M:%S%.f"))
        .or_else(|| local("%Y-%m-%d %H:%M:%S%.f"))
        .or_else(|| local("%Y-%m-%dT%H:%M"))
        .or_else(repaired)?;
    // What both databases can hold; a zone may lead out of it.
    (1..=9999).contains(&time.year()).then(|| time.trunc_subsecs(3))
}

/// A JSON object.
pub fn object(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    value.is_object().then(|| value.to_string())
}

/// Ransack's idea of true and false.
pub fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" => Some(true),
        "false" | "f" | "0" => Some(false),
        _ => None,
    }
}

/// A text that LIKE takes literally.
pub fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let same = ["2018-01-01", "2018-01-01T00:00:00Z", "2018-01-01T01:00:00+01:00", "2018-01-01T00:00:00.0004"];
        for text in same.into_iter().chain(["2018-01-01 00:00:00", "2018-01-01T01:00:00 01:00", "2018-01-01T00:00"]) {
            assert_eq!(time(text).map(|time| time.to_string()).as_deref(), Some("2018-01-01 00:00:00"), "{text}");
        }
        for text in ["", "9999-12-31T23:59:59-01:00", "yesterday", "2018-13-01", "2018-01-01T25:00:00Z"] {
            assert!(time(text).is_none(), "{text}");
        }
    }

    #[test]
    fn others() {
        assert_eq!(escaped(r"50%_\"), r"50\%\_\\");
        assert_eq!(object(r#"{"a": 1}"#).as_deref(), Some(r#"{"a":1}"#));
        assert!(object("[1]").is_none() && object("x").is_none());
        assert_eq!((flag("1"), flag("FALSE"), flag("maybe")), (Some(true), Some(false), None));
    }
}
