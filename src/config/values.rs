//! Parsers of single values; each error says what would be right.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use ipnet::IpNet;

use crate::domain::crypt_key::CryptKey;

/// What a request with an empty email means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyEmail {
    /// Magento's documented contract: the token finds the customer.
    MatchToken,
    /// What Magento ≥ 2.4.4 does: the email is required.
    Refuse,
}

/// Magento's deploy mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Errors without a trace.
    Production,
    /// Errors with a trace.
    Developer,
}

/// Which of Commerce Layer's environments answers say they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiMode {
    /// Real shoppers.
    Live,
    /// A developer's.
    Test,
}

/// How new passwords are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeChoice {
    /// bcrypt on our own database, Magento's argon2id13 where a Magento owns the tables.
    Auto,
    /// Always bcrypt.
    Bcrypt,
    /// Always argon2id13.
    Argon2id13,
}

/// What a request beyond the limits is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStatus {
    /// Magento's.
    BadRequest,
    /// HTTP's, with `Retry-After`.
    TooManyRequests,
}

pub(super) type Parsed<T> = Result<T, String>;

/// `host:port`.
///
/// # Errors
/// What would be right.
pub fn address(text: &str) -> Parsed<SocketAddr> {
    let found = text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| format!("`{text}` is no address; expected host:port, as in 127.0.0.1:8080"))
}

/// A number above 0.
///
/// # Errors
/// What would be right.
pub fn count(text: &str) -> Parsed<usize> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| format!("`{text}` is no number above 0"))
}

/// A number above 0, or nothing.
///
/// # Errors
/// What would be right.
pub fn optional_count(text: &str) -> Parsed<Option<usize>> {
    if text.is_empty() { Ok(None) } else { count(text).map(Some) }
}

/// A number above 0, or nothing for the number of cores.
///
/// # Errors
/// What would be right.
pub fn threads(text: &str) -> Parsed<usize> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    optional_count(text).map(|given| given.unwrap_or_else(cores))
}

/// `5s`, `500ms`, `2m`, `0s`.
///
/// # Errors
/// What would be right.
pub fn duration(text: &str) -> Parsed<Duration> {
    humantime::parse_duration(text).map_err(|_| format!("`{text}` is no duration; expected 5s, 500ms, 2m"))
}

/// `true` or `false`.
///
/// # Errors
/// What would be right.
pub fn flag(text: &str) -> Parsed<bool> {
    one_of(text, &[("true", true), ("false", false)])
}

/// `400` or `429`.
///
/// # Errors
/// What would be right.
pub fn limit_status(text: &str) -> Parsed<LimitStatus> {
    one_of(text, &[("400", LimitStatus::BadRequest), ("429", LimitStatus::TooManyRequests)])
}

/// Addresses and networks, separated by commas or blanks.
///
/// # Errors
/// What would be right.
pub fn networks(text: &str) -> Parsed<Vec<IpNet>> {
    let network = |part: &str| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
    let wrong = |part: &str| format!("`{part}` is no address or network; expected 10.0.0.1 or 10.0.0.0/8");
    list(text).map(|part| network(part).map_err(|_| wrong(part))).collect()
}

/// Origins, separated by commas or blanks.
///
/// # Errors
/// What would be right.
pub fn origins(text: &str) -> Parsed<Vec<String>> {
    let fits = |part: &str| {
        let host = part.strip_prefix("https://").or_else(|| part.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*']))
    };
    let wrong = |part: &str| format!("`{part}` is no origin; expected https://shop.example, without a path");
    list(text).map(|part| if fits(part) { Ok(part.to_owned()) } else { Err(wrong(part)) }).collect()
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|part| !part.is_empty())
}

/// A path, or nothing.
///
/// # Errors
/// None; it is for the table of readers.
pub fn optional_path(text: &str) -> Parsed<Option<PathBuf>> {
    Ok((!text.is_empty()).then(|| text.into()))
}

/// Magento's `crypt/key`, or nothing.
///
/// # Errors
/// What is wrong with it, never the key.
pub fn crypt_key(text: &str) -> Parsed<Option<CryptKey>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    CryptKey::parse(text).map(Some).map_err(|error| error.to_string())
}

/// bcrypt's cost.
///
/// # Errors
/// What would be right.
pub fn bcrypt_cost(text: &str) -> Parsed<u32> {
    let cost = text.parse().ok().filter(|cost| (4..=31).contains(cost));
    cost.ok_or_else(|| format!("`{text}` is no bcrypt cost; expected 4 to 31"))
}

/// 0 to 19.
///
/// # Errors
/// What would be right.
pub fn nice(text: &str) -> Parsed<u8> {
    text.parse().ok().filter(|nice| *nice <= 19).ok_or_else(|| format!("`{text}` is no niceness; expected 0 to 19"))
}

/// `match-token` or `refuse`.
///
/// # Errors
/// What would be right.
pub fn empty_email(text: &str) -> Parsed<EmptyEmail> {
    one_of(text, &[("match-token", EmptyEmail::MatchToken), ("refuse", EmptyEmail::Refuse)])
}

/// `production` or `developer`.
///
/// # Errors
/// What would be right.
pub fn mode(text: &str) -> Parsed<Mode> {
    one_of(text, &[("production", Mode::Production), ("developer", Mode::Developer)])
}

/// `auto`, `bcrypt` or `argon2id13`.
///
/// # Errors
/// What would be right.
pub fn scheme(text: &str) -> Parsed<SchemeChoice> {
    let choices =
        [("auto", SchemeChoice::Auto), ("bcrypt", SchemeChoice::Bcrypt), ("argon2id13", SchemeChoice::Argon2id13)];
    one_of(text, &choices)
}

/// `http://host:port`, perhaps with a base path, or nothing.
///
/// # Errors
/// What would be right; a password in the text is not repeated.
pub fn upstream(text: &str) -> Parsed<Option<Uri>> {
    if text.is_empty() {
        return Ok(None);
    }
    let usable = |uri: &Uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))
            && uri.query().is_none()
    };
    let uri = text.parse().ok().filter(usable);
    uri.map(Some).ok_or_else(|| "expected http://host:port or https://host, without a user or a query".into())
}

/// Names between commas.
///
/// # Errors
/// None; which names are right is known to the room that has them.
pub fn names(text: &str) -> Parsed<Vec<String>> {
    Ok(text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

pub(super) fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Parsed<T> {
    let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    choices
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, value)| *value)
        .ok_or_else(|| format!("`{text}` is none of {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn niceness_is_0_to_19() {
        assert_eq!((nice("0"), nice("19")), (Ok(0), Ok(19)));
        for text in ["20", "-1", "", "low"] {
            assert!(nice(text).is_err_and(|mistake| mistake.contains("expected 0 to 19")), "{text}");
        }
    }
}
