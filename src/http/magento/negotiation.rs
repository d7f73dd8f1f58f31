//! Which format the answer takes: the `Accept` header, read as Magento reads it.

use std::cmp::Ordering;

use actix_web::http::header::HeaderValue;

/// A format of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/json`.
    Json,
    /// `application/xml`.
    Xml,
}

/// The first type, by falling quality, that can be rendered. No usable header means `*/*`.
///
/// # Errors
/// The first type of a header in which nothing fits.
pub fn choose(accept: Option<&HeaderValue>) -> Result<Format, String> {
    let header = accept.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut types: Vec<(&str, &str)> = header.split(',').filter_map(media_type).collect();
    types.sort_by(|a, b| compare_quality(b.1, a.1));
    match types.first() {
        None => Ok(Format::Json),
        Some((first, _)) => types.iter().find_map(|(name, _)| format_of(name)).ok_or_else(|| (*first).to_owned()),
    }
}

/// Exact and with case; `type/*` means the first renderer of that type.
fn format_of(name: &str) -> Option<Format> {
    match name {
        "*/*" | "application/json" | "application/*" => Some(Format::Json),
        "text/xml" | "application/xml" | "application/xhtml+xml" | "text/*" => Some(Format::Xml),
        _ => None,
    }
}

/// A well-formed type and its quality as text: the value of its first parameter, whatever that is
/// called; `1.0` without one. PHP takes `0` for "no value", so `q=0` counts as `1.0`.
fn media_type(definition: &str) -> Option<(&str, &str)> {
    let mut parts = definition.split(';');
    let name = parts.next()?.trim();
    let quality = parts.next().and_then(|first| first.trim().split_once('='));
    let quality = quality.map_or("1.0", |(_, value)| value.trim_matches('"'));
    let quality = if matches!(quality, "" | "0") { "1.0" } else { quality };
    is_well_formed(name).then_some((name, quality))
}

fn is_well_formed(name: &str) -> bool {
    let (kind, subtype) = name.split_once('/').map_or((name, None), |(kind, sub)| (kind, Some(sub)));
    let fits = |text: &str, extra: &[u8]| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"*+-".contains(&b) || extra.contains(&b))
    };
    fits(kind, b"") && subtype.is_none_or(|subtype| fits(subtype, b"."))
}

/// Numbers as numbers, anything else as text.
fn compare_quality(a: &str, b: &str) -> Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> Result<Format, String> {
        choose(Some(&HeaderValue::from_str(accept).unwrap()))
    }

    #[test]
    fn json() {
        let headers = [
            "",
            "*/*",
            "application/json",
            "application/*",
            "image/png,*/*",
            "application/json;q=0",
            "application/json, text/plain, */*",
            "application/json,application/xml",
            "???",
            "text/xml;q=0.1,application/json;q=0.2",
        ];
        for header in headers {
            assert_eq!(chosen(header), Ok(Format::Json), "{header}");
        }
        assert_eq!(choose(None), Ok(Format::Json));
    }

    #[test]
    fn xml() {
        let headers = [
            "text/xml",
            "application/xml",
            "application/xhtml+xml",
            "text/*",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "application/json;q=0.5,application/xml;q=0.9",
            "application/json;q=0.5, application/xml",
        ];
        for header in headers {
            assert_eq!(chosen(header), Ok(Format::Xml), "{header}");
        }
    }

    #[test]
    fn nothing_fits() {
        assert_eq!(chosen("text/html"), Err("text/html".into()));
        assert_eq!(chosen("image/png;q=0.1,TEXT/XML"), Err("TEXT/XML".into()));
    }
}
