//! Making, showing and revoking API credentials.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use super::super::Fault;
use crate::app::App;
use crate::domain::Refusal;
use crate::domain::commerce_layer::application::{Application, Kind};
use crate::domain::commerce_layer::public_id;
use crate::domain::crypt_key::{hex, mac};
use crate::storage::applications;

/// Secrets have 256 random bits: a keyed digest is as good as a slow hash, and costs nothing.
const SECRET_PURPOSE: &[u8] = b"rekey application secret v1";

/// A new application with its secret, which is nowhere readable after this.
pub struct Made {
    /// The application.
    pub application: Application,
    /// None for a sales channel.
    pub secret: Option<SecretString>,
}

/// Makes an application.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn add(app: &App, kind: Kind, name: String) -> Result<Made, Fault> {
    let text = || URL_SAFE_NO_PAD.encode(app.random_bytes::<32>());
    let secret = (kind == Kind::Integration).then(|| SecretString::from(text()));
    let application = Application {
        id: 0,
        public_id: public_id::random(app.random_bytes()),
        kind,
        name,
        client_id: text(),
        secret_digest: secret.as_ref().map(|secret| digest(app, secret)),
        created_at: app.clock.now_millis(),
        revoked_at: None,
    };
    let stored = application.clone();
    app.storage.write(move |db| applications::insert(db, &stored)).await?;
    Ok(Made { application, secret })
}

/// All applications, oldest first.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn list(app: &App) -> Result<Vec<Application>, Fault> {
    Ok(app.storage.read(applications::list).await?)
}

/// Revokes an application and with it all its tokens; false when there is none to revoke.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`].
pub async fn revoke(app: &App, public_id: String) -> Result<bool, Fault> {
    let now = app.clock.now_millis();
    Ok(app.storage.write(move |db| applications::revoke(db, &public_id, now)).await?)
}

/// The application with these credentials.
///
/// # Errors
/// [`Refusal::InvalidClient`]; [`Fault::Busy`] or [`Fault::Broken`].
pub async fn sign_in(app: &App, client_id: String, secret: Option<SecretString>) -> Result<Application, Fault> {
    let found = app.storage.read(move |db| applications::by_client_id(db, &client_id)).await?;
    let given = secret.map(|secret| digest(app, &secret)).unwrap_or_default();
    let fits = |application: &Application| match &application.secret_digest {
        Some(stored) => bool::from(subtle::ConstantTimeEq::ct_eq(stored.as_bytes(), given.as_bytes())),
        // A storefront has no secret to keep; one that is sent along is not looked at.
        None => true,
    };
    Ok(found.filter(fits).ok_or(Refusal::InvalidClient)?)
}

fn digest(app: &App, secret: &SecretString) -> String {
    hex(&mac(&app.crypt_key.derived(SECRET_PURPOSE), secret.expose_secret().as_bytes()))
}
