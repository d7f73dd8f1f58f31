//! One message: the document of a retrieve with relative links, signed.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::app::App;
use crate::config::commerce_layer::Webhook;
use crate::domain::commerce_layer::reset::Reset;
use crate::domain::crypt_key::mac;
use crate::json_api::{Fields, View, meta, resources};
use crate::service::commerce_layer::deliveries::Delivery;
use crate::service::commerce_layer::readable_token;

/// A client that follows no redirects: a message with a token goes where it was sent, or nowhere.
pub fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .build()
        .into()
}

/// Posts a message; anything but 2xx is a failure. The reason names no URL: it may hold a secret.
pub fn post(app: &App, agent: &ureq::Agent, hook: &Webhook, delivery: &Delivery) -> Result<(), String> {
    let body = body(app, &delivery.snapshot).map_err(|error| error.to_string())?;
    let request = agent
        .post(&hook.url)
        .header("Content-Type", "application/vnd.api+json")
        .header("X-CommerceLayer-Topic", &delivery.topic)
        .header("X-CommerceLayer-Signature", signature(&hook.secret, &body));
    match request.send(body) {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("answered {}", response.status().as_u16())),
        Err(ureq::Error::Timeout(_)) => Err("no answer in time".into()),
        Err(ureq::Error::Io(error)) => Err(error.kind().to_string()),
        Err(_) => Err("cannot be reached".into()),
    }
}

fn body(app: &App, snapshot: &str) -> Result<String, serde_json::Error> {
    let reset: Reset = serde_json::from_str(snapshot)?;
    let token = readable_token(app, &reset.token_sealed);
    let meta = meta(&app.config.commerce_layer, &app.random_bytes());
    let (base, fields) = ("", Fields::new());
    let resource = resources::reset(&reset, token.as_deref()).render(&View { base, meta: &meta, fields: &fields });
    Ok(json!({"data": resource}).to_string())
}

/// base64(HMAC-SHA256(body, shared secret))
fn signature(secret: &SecretString, body: &str) -> String {
    STANDARD.encode(mac(secret.expose_secret().as_bytes(), body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_as_documented() {
        // openssl dgst -sha256 -hmac key -binary | base64
        let expected = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=";
        let text = "The quick brown fox jumps over the lazy dog";
        assert_eq!(signature(&SecretString::from("key"), text), expected);
    }
}
