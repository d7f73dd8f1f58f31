//! The key pair that signs access tokens: made once, kept sealed in the database, so that all
//! processes share it.
//!
//! ring signs and verifies; the `rsa` crate only makes the pair, which ring cannot.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA512, RsaPublicKeyComponents};
use rsa::pkcs8::EncodePrivateKey;
use sha2::{Digest, Sha256};

use super::super::Fault;
use crate::app::App;
use crate::storage::applications;

const BITS: usize = 2048;

/// Signs and verifies with RS512.
pub struct SigningKey {
    pair: KeyPair,
    /// Names the key in tokens: a digest of its modulus.
    pub id: String,
}

impl SigningKey {
    fn from_pkcs8(der: &[u8]) -> Result<Self, Fault> {
        let pair = KeyPair::from_pkcs8(der).map_err(|error| Fault::Broken(format!("the signing key: {error}")))?;
        let (modulus, _) = components(&pair);
        let id = URL_SAFE_NO_PAD.encode(Sha256::digest(modulus));
        Ok(Self { pair, id })
    }

    /// The signature of a message; `None` when the system gives no randomness.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    /// Whether the signature is ours.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let (n, e) = components(&self.pair);
        RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA512, message, signature).is_ok()
    }

    /// Modulus and exponent, base64url, as a JWK has them.
    #[must_use]
    pub fn public(&self) -> (String, String) {
        let (modulus, exponent) = components(&self.pair);
        (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent))
    }
}

fn components(pair: &KeyPair) -> (Vec<u8>, Vec<u8>) {
    let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    (n, e)
}

/// The key; made when there is none yet.
///
/// # Errors
/// [`Fault::Busy`] or [`Fault::Broken`], for one when the crypt key does not open it.
pub async fn current(app: &App) -> Result<&SigningKey, Fault> {
    app.commerce_layer.key.get_or_try_init(|| load_or_make(app)).await
}

async fn load_or_make(app: &App) -> Result<SigningKey, Fault> {
    let sealed = match app.storage.read(applications::key).await? {
        Some(sealed) => sealed,
        None => make(app).await?,
    };
    let opened = app.crypt_key.open(&sealed);
    let text = opened.ok_or_else(|| Fault::Broken("the crypt key does not open the signing key".into()))?;
    let der = STANDARD.decode(text.as_bytes()).map_err(|error| Fault::Broken(format!("the signing key: {error}")))?;
    SigningKey::from_pkcs8(&der)
}

async fn make(app: &App) -> Result<String, Fault> {
    // A second of computing: not on a thread that answers requests.
    let made = tokio::task::spawn_blocking(generate).await;
    let text = made.map_err(|error| Fault::Broken(error.to_string()))?.map_err(Fault::Broken)?;
    let sealed = app.crypt_key.seal_text(&text, app.random_bytes());
    let sealed = sealed.ok_or_else(|| Fault::Broken("cannot seal the signing key".into()))?;
    let now = app.clock.now_millis();
    let kept = app.storage.write(move |db| applications::keep_key(db, &sealed, now)).await?;
    kept.ok_or_else(|| Fault::Broken("the signing key was not kept".into()))
}

fn generate() -> Result<zeroize::Zeroizing<String>, String> {
    let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).map_err(|error| error.to_string())?;
    let der = key.to_pkcs8_der().map_err(|error| error.to_string())?;
    Ok(zeroize::Zeroizing::new(STANDARD.encode(der.as_bytes())))
}
