//! Access tokens: RS512 JWTs as Commerce Layer's, issued, checked and revoked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::Fault;
use super::signing_key::{self, SigningKey};
use crate::app::App;
use crate::config::values::ApiMode;
use crate::domain::Refusal;
use crate::domain::commerce_layer::application::{Application, Kind};
use crate::domain::crypt_key::hex;
use crate::storage::applications;

/// An access token and what is said beside it.
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// Its lifetime in seconds.
    pub expires_in: i64,
    /// Seconds since 1970.
    pub created_at: i64,
}

/// Issues an access token.
///
/// * `issuer`: the URL under which `/.well-known/jwks.json` is found.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn issue(app: &App, application: &Application, scope: &str, issuer: &str) -> Result<Issued, Fault> {
    let key = signing_key::current(app).await?;
    let created_at = app.now().and_utc().timestamp();
    let expires_in = application.kind.token_seconds();
    let header = json!({"alg": "RS512", "typ": "JWT", "kid": key.id});
    let claims = claims(app, application, scope, issuer, (created_at, created_at + expires_in));
    let token = sign(key, &header, &claims).ok_or_else(|| Fault::Broken("cannot sign a token".into()))?;
    Ok(Issued { token, expires_in, created_at })
}

/// The claims that Commerce Layer's SDK and js-auth read.
fn claims(app: &App, application: &Application, scope: &str, issuer: &str, (iat, exp): (i64, i64)) -> Value {
    let settings = &app.config.commerce_layer;
    let confidential = application.kind == Kind::Integration;
    json!({
        "organization": {
            "id": settings.organization_id, "slug": settings.organization_slug,
            "enterprise": false, "region": "eu-west-1",
        },
        "application": {
            "id": application.public_id, "client_id": application.client_id, "kind": application.kind.as_str(),
            "public": !confidential, "confidential": confidential,
        },
        "scope": scope, "exp": exp, "test": settings.mode == ApiMode::Test,
        // Two tokens of one second differ.
        "rand": f64::from(u32::from_le_bytes(app.random_bytes())) / f64::from(u32::MAX),
        "iat": iat, "iss": issuer,
    })
}

fn sign(key: &SigningKey, header: &Value, claims: &Value) -> Option<String> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(message.as_bytes())?;
    Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The application that presents a token.
///
/// # Errors
/// [`Refusal::InvalidAccessToken`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn check(app: &App, token: &str) -> Result<Application, Fault> {
    let key = signing_key::current(app).await?;
    let claims = verified(key, token).ok_or(Refusal::InvalidAccessToken)?;
    if claims["exp"].as_i64().is_none_or(|expires| expires <= app.now().and_utc().timestamp()) {
        return Err(Refusal::InvalidAccessToken.into());
    }
    let public_id = claims["application"]["id"].as_str().unwrap_or_default().to_owned();
    let digest = digest(token);
    let found = app.storage.read(move |db| applications::of_token(db, &public_id, &digest)).await?;
    Ok(found.ok_or(Refusal::InvalidAccessToken)?)
}

/// The algorithm is ours, whatever the header says: a token cannot choose how it is checked.
fn verified(key: &SigningKey, token: &str) -> Option<Value> {
    let (message, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !key.verify(message.as_bytes(), &signature) {
        return None;
    }
    let (_, claims) = message.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Revokes a token of the application; one that is not its own, or no token at all, is left alone.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn revoke(app: &App, application: &Application, token: &str) -> Result<(), Fault> {
    let key = signing_key::current(app).await?;
    let Some(claims) = verified(key, token) else { return Ok(()) };
    if claims["application"]["id"] != application.public_id {
        return Ok(());
    }
    let expires = claims["exp"].as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let (digest, now) = (digest(token), app.clock.now_millis());
    let expires = expires.map_or(now, |time| time.naive_utc());
    Ok(app.storage.write(move |db| applications::revoke_token(db, &digest, expires, now)).await?)
}

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// The public key as a JWK set.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn key_set(app: &App) -> Result<Value, Fault> {
    let key = signing_key::current(app).await?;
    let (n, e) = key.public();
    Ok(json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS512", "kid": key.id, "n": n, "e": e}]}))
}
