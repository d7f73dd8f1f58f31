//! What customers and shops call themselves, made harmless for mails and logs.

/// Text without control characters and without those that turn the direction of writing (under which
/// `moc.live//:sptth` reads as an address); a line break counts as a space.
#[must_use]
pub fn clean(text: &str) -> String {
    let bidi = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let text: String = text
        .chars()
        .filter(|c| !bidi(*c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    one_line(&text)
}

/// Words with single spaces between them.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For HTML, in text and in quoted attributes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// An error for logs and the outbox: a mail server that refuses a mail for its content may quote the
/// link. At most 255 characters.
#[must_use]
pub fn redact(error: &str, link: Option<&str>) -> String {
    let error = link.filter(|link| !link.is_empty()).map_or_else(|| error.to_owned(), |link| error.replace(link, "…"));
    let word = |word: &str| {
        if word.contains("://") || word.contains("token") && word.contains('=') { "…".into() } else { clean(word) }
    };
    let words: Vec<String> = error.split_whitespace().map(word).collect();
    words.join(" ").chars().take(255).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_harmless_line() {
        assert_eq!(clean(" Eve\r\nBcc: x@y\u{202e}gnp.\u{0} "), "Eve Bcc: x@y gnp.".replace("y gnp", "ygnp"));
        assert_eq!(clean("Zoë  O'Neill"), "Zoë O'Neill");
    }

    #[test]
    fn html_is_escaped_and_slashes_are_left() {
        assert_eq!(escape("<a href='//x'>\"&"), "&lt;a href=&#39;//x&#39;&gt;&quot;&amp;");
    }

    #[test]
    fn errors_do_not_quote_the_link() {
        let link = "https://shop.example/?id=1&token=s3cret";
        for error in [
            format!("554 blocked URL {link} in body"),
            "554 blocked http://shop.example/?token=s3cret".into(),
            "554 blocked id=1&token=s3cret".into(),
        ] {
            let redacted = redact(&error, Some(link));
            assert!(redacted.starts_with("554 blocked") && !redacted.contains("s3cret"), "{redacted}");
        }
        assert_eq!(redact(&"x".repeat(300), None).len(), 255);
    }
}
