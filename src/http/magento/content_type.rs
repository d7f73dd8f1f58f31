//! What a body is written in: the `Content-Type` header, read as Magento reads it.

use super::envelope::Problem;
use super::phrases;

/// A format of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// JSON.
    Json,
    /// XML, under any of its three names.
    Xml,
}

/// The format of a body that is not empty.
///
/// The header goes through two readers: one that tidies parameters up (quotes fall away, malformed
/// ones vanish), then a pattern that allows a type and a charset and nothing else.
///
/// # Errors
/// One of Magento's four complaints.
pub fn read(header: Option<&str>) -> Result<BodyFormat, Problem> {
    let header = header.unwrap_or_default().trim();
    let mut parts = header.split(';');
    let media_type = parts.next().unwrap_or_default().trim();
    if media_type.is_empty() {
        return Err(phrases::content_type_empty());
    }
    let parameters: Vec<(&str, &str)> = parts.filter_map(parameter).collect();
    let typed = media_type.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-+.".contains(&b));
    let charset = match parameters.first() {
        None => None,
        Some((name, value)) if name.eq_ignore_ascii_case("charset") && !value.is_empty() => Some(*value),
        Some(_) => return Err(phrases::content_type_invalid()),
    };
    if !typed {
        return Err(phrases::content_type_invalid());
    }
    if charset.is_some_and(|charset| parameters.len() > 1 || !charset.eq_ignore_ascii_case("utf-8")) {
        return Err(phrases::charset_not_supported());
    }
    match media_type {
        "application/json" => Ok(BodyFormat::Json),
        "application/xml" | "application/xhtml+xml" | "text/xml" => Ok(BodyFormat::Xml),
        other => Err(phrases::media_type_not_understood(other)),
    }
}

/// PHP fills `$_POST` from such a body and leaves none: it counts as empty.
pub fn is_multipart(header: Option<&str>) -> bool {
    let media_type = header.and_then(|header| header.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("multipart/form-data")
}

/// What curl sends with `-d` when it is told nothing; Magento's published examples lean on it, and
/// Magento refuses it.
pub fn is_curls_default(header: Option<&str>) -> bool {
    header.is_some_and(|header| header.trim() == "application/x-www-form-urlencoded")
}

fn parameter(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.trim().split_once('=')?;
    let value = value.strip_prefix('"').unwrap_or(value);
    let value = value.strip_suffix('"').unwrap_or(value);
    let blank = |text: &str| text.chars().any(char::is_whitespace);
    (!name.is_empty() && !blank(name) && !blank(value) && !value.contains('"')).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understood() {
        for header in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json;",
            "application/json; x",
        ] {
            assert_eq!(read(Some(header)).unwrap(), BodyFormat::Json, "{header}");
        }
        for header in ["text/xml", "application/xml; charset=utf-8", "application/xhtml+xml"] {
            assert_eq!(read(Some(header)).unwrap(), BodyFormat::Xml, "{header}");
        }
    }

    #[test]
    fn refused() {
        let cases = [
            (None, "Content-Type header is empty."),
            (Some(""), "Content-Type header is empty."),
            (Some("*/*"), "Content-Type header is invalid."),
            (Some("application/json, text/plain"), "Content-Type header is invalid."),
            (Some("application/json; foo=bar"), "Content-Type header is invalid."),
            (Some("application/json; charset=latin1"), "UTF-8 is the only supported charset."),
            (Some("application/json; charset=utf-8; foo=bar"), "UTF-8 is the only supported charset."),
            (Some("garbage"), "Server cannot understand Content-Type HTTP header media type garbage"),
            (Some("Application/Json"), "Server cannot understand Content-Type HTTP header media type Application/Json"),
        ];
        for (header, message) in cases {
            assert_eq!(read(header).unwrap_err().message, message, "{header:?}");
        }
    }

    #[test]
    fn multipart() {
        assert!(is_multipart(Some("multipart/form-data; boundary=x")) && !is_multipart(Some("application/json")));
    }
}
