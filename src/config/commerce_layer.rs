//! `commerce_layer.*`

use secrecy::SecretString;

use super::Reader;
use super::values::{self, ApiMode, Parsed};
use crate::domain::commerce_layer::event::Topic;
use crate::domain::commerce_layer::rate_limit::Limit;

/// The door for Commerce Layer's clients.
#[derive(Clone, Debug)]
pub struct CommerceLayer {
    /// What links begin with, without a slash at the end; none for the address that is listened on.
    /// Never taken from a request.
    pub base_url: Option<String>,
    /// Who signs tokens: the URL under which the key is published; none for the base URL. From
    /// `https://auth.DOMAIN` the SDK and js-auth conclude that the API is at `https://SLUG.DOMAIN`.
    pub issuer: Option<String>,
    /// `meta.organization_id` and the claim of the same name.
    pub organization_id: String,
    /// The first label of the organization's host.
    pub organization_slug: String,
    /// `meta.mode`.
    pub mode: ApiMode,
    /// Origins whose pages may call from a browser; `*` for all. Credentials are bearer tokens, never
    /// cookies, so `*` gives nothing away.
    pub cors_origins: Vec<String>,
    /// For each client address on `/api`.
    pub rate_limit: Limit,
    /// For each client address on `/oauth`.
    pub oauth_rate_limit: Limit,
    /// Who is told of what happens.
    pub webhooks: Vec<Webhook>,
}

/// An endpoint of the shop.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where messages are posted.
    pub url: String,
    /// Signs them.
    pub secret: SecretString,
    /// What it is told.
    pub topics: Vec<Topic>,
}

impl CommerceLayer {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let text = |text: &str| Ok(text.to_owned());
        Self {
            base_url: reader.get("commerce_layer.base_url", base_url),
            issuer: reader.get("commerce_layer.issuer", base_url),
            organization_id: reader.get("commerce_layer.organization_id", text),
            organization_slug: reader.get("commerce_layer.organization_slug", text),
            mode: reader.get("commerce_layer.mode", mode),
            cors_origins: reader.get("commerce_layer.cors_origins", origins),
            rate_limit: reader.get("commerce_layer.rate_limit", limit),
            oauth_rate_limit: reader.get("commerce_layer.oauth_rate_limit", limit),
            webhooks: reader.get("commerce_layer.webhooks", webhooks),
        }
    }
}

fn base_url(text: &str) -> Parsed<Option<String>> {
    let url = text.trim_end_matches('/');
    match url {
        "" => Ok(None),
        url if is_http(url) => Ok(Some(url.to_owned())),
        _ => Err(format!("`{text}` is no base URL; expected https://host")),
    }
}

fn is_http(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
}

fn mode(text: &str) -> Parsed<ApiMode> {
    values::one_of(text, &[("live", ApiMode::Live), ("test", ApiMode::Test)])
}

fn origins(text: &str) -> Parsed<Vec<String>> {
    let origins = text.split([',', ' ']).filter(|origin| !origin.is_empty());
    let checked = origins.map(|origin| match origin {
        "*" => Ok(origin.to_owned()),
        origin if is_http(origin) && !origin.ends_with('/') => Ok(origin.to_owned()),
        _ => Err(format!("`{origin}` is no origin; expected * or https://host")),
    });
    checked.collect()
}

fn limit(text: &str) -> Parsed<Limit> {
    let parsed = text.split_once('/').and_then(|(requests, interval)| {
        let (requests, interval) = (requests.parse().ok()?, values::duration(interval).ok()?);
        (requests > 0 && interval.as_secs() > 0).then_some(Limit { requests, interval })
    });
    parsed.ok_or_else(|| format!("`{text}` is no limit; expected requests/interval, as in 50/10s"))
}

/// `URL|SECRET` or `URL|SECRET|topic,topic`, separated by white space. The secret is never repeated.
fn webhooks(text: &str) -> Parsed<Vec<Webhook>> {
    text.split_whitespace().enumerate().map(|(index, hook)| webhook(index + 1, hook)).collect()
}

fn webhook(number: usize, text: &str) -> Parsed<Webhook> {
    let mut parts = text.split('|');
    let (url, secret, topics) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    if !is_http(url) || secret.is_empty() || parts.next().is_some() {
        return Err(format!("webhook {number} is not URL|SECRET or URL|SECRET|topic,topic"));
    }
    let topics = topics.map_or_else(|| Ok(Topic::ALL.to_vec()), |topics| topics.split(',').map(topic).collect())?;
    Ok(Webhook { url: url.to_owned(), secret: SecretString::from(secret), topics })
}

fn topic(name: &str) -> Parsed<Topic> {
    let choices = Topic::ALL.map(|topic| (topic.as_str(), topic));
    values::one_of(name, &choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_parsed_and_secrets_kept() {
        let hooks = webhooks("https://a.example/x|s3cret http://b|t|customer_password_resets.create").unwrap();
        assert_eq!((hooks.len(), hooks[0].topics.len()), (2, 3));
        assert_eq!(hooks[1].topics, [Topic::Create]);
        for wrong in ["https://a", "ftp://a|s3cret", "https://a||", "https://a|s3cret|nosuch", "https://a|s3cret|x|y"] {
            let mistake = webhooks(wrong).unwrap_err();
            assert!(!mistake.contains("s3cret"), "{mistake}");
        }
    }

    #[test]
    fn limits() {
        assert_eq!(limit("50/10s").unwrap().requests, 50);
        for wrong in ["", "50", "0/10s", "50/0s", "x/10s", "50/ten"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
