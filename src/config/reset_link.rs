//! `magento.reset_link`: where reset mails lead, for all stores or for each.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Patterns by store code; the one for all stores has none.
#[derive(Clone, Debug, Default)]
pub struct ResetLinks(Vec<(Option<String>, String)>);

impl ResetLinks {
    /// Reads `URL` or `code=URL` entries, separated by white space. A URL needs `{token}`, and may
    /// have `{email}` and `{id}`.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split_whitespace().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// The pattern for a store.
    #[must_use]
    pub fn pattern(&self, store_code: &str) -> Option<&str> {
        let of = |code: Option<&str>| self.0.iter().find(|(named, _)| named.as_deref() == code);
        of(Some(store_code)).or_else(|| of(None)).map(|(_, pattern)| pattern.as_str())
    }

    /// Fills a pattern's placeholders, percent-encoded.
    #[must_use]
    pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
        values.iter().fold(pattern.to_owned(), |filled, (name, value)| {
            filled.replace(&format!("{{{name}}}"), &utf8_percent_encode(value, NON_ALPHANUMERIC).to_string())
        })
    }
}

fn entry(entry: &str) -> Result<(Option<String>, String), String> {
    let (code, url) = match entry.split_once('=') {
        Some((code, url)) if !code.contains("://") => (Some(code.to_owned()), url),
        _ => (None, entry),
    };
    if !(url.starts_with("https://") || url.starts_with("http://")) || !url.contains("{token}") {
        return Err("expected a URL with {token}, as in https://shop.example/reset?id={id}&token={token}".into());
    }
    Ok((code, url.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let links = ResetLinks::parse("https://a/?t={token} german=https://b/{id}?e={email}&t={token}").unwrap();
        assert_eq!(links.pattern("default"), Some("https://a/?t={token}"));
        let german = links.pattern("german").unwrap();
        let filled = ResetLinks::fill(german, &[("email", "a+b@x.com"), ("id", "1"), ("token", "T/&")]);
        assert_eq!(filled, "https://b/1?e=a%2Bb%40x%2Ecom&t=T%2F%26");
        assert!(ResetLinks::parse("").unwrap().pattern("default").is_none());
        assert!(ResetLinks::parse("https://a/").is_err() && ResetLinks::parse("x={token}").is_err());
    }
}
