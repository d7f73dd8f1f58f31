//! Customer tokens as Magento signs them: JWS compact, header `{"kid":"1","alg":"HS256"}`, payload
//! `{"uid":…,"utypid":3,"iat":…,"exp":…}`. Byte for byte, so that each side accepts the other's.
//!
//! Only HMAC and only the algorithm that the shop is set to: `none` or another family never counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// `utypid` of a customer.
pub const CUSTOMER: i64 = 3;

/// Magento pads its key to this many bytes with `&` on both sides.
const SECRET_LENGTH: usize = 2048;

/// A signature algorithm (`webapi/jwtauth/jwt_alg`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// HMAC with SHA-256, Magento's default.
    HS256,
    /// HMAC with SHA-384.
    HS384,
    /// HMAC with SHA-512.
    HS512,
}

impl Algorithm {
    /// The shop's setting; anything but the two longer ones means the default.
    #[must_use]
    pub fn from_setting(setting: &str) -> Self {
        match setting {
            "HS384" => Self::HS384,
            "HS512" => Self::HS512,
            _ => Self::HS256,
        }
    }
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The customer's `entity_id`.
    pub uid: i64,
    /// The kind of user.
    pub utypid: i64,
    /// Issued, seconds since 1970.
    pub iat: i64,
    /// Expires, seconds since 1970.
    pub exp: i64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(default)]
    kid: String,
    alg: Algorithm,
}

/// Signs claims with the newest crypt key, taken as text.
#[must_use]
pub fn sign(claims: &Claims, algorithm: Algorithm, key: &SecretString) -> Option<String> {
    let header = serde_json::to_vec(&Header { kid: "1".into(), alg: algorithm }).ok()?;
    let payload = serde_json::to_vec(claims).ok()?;
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&signing_key(algorithm, key), signed.as_bytes()));
    Some(format!("{signed}.{signature}"))
}

/// The claims of a token whose signature is right and which has not expired at `now` (seconds since
/// 1970; a token that expires now is expired).
#[must_use]
pub fn verify(token: &str, algorithm: Algorithm, key: &SecretString, now: i64) -> Option<Claims> {
    let (signed, sent) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.alg != algorithm {
        return None;
    }
    let sent = URL_SAFE_NO_PAD.decode(sent).ok()?;
    hmac::verify(&signing_key(algorithm, key), signed.as_bytes(), &sent).ok()?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    (claims.exp > now).then_some(claims)
}

fn signing_key(algorithm: Algorithm, key: &SecretString) -> hmac::Key {
    let family = match algorithm {
        Algorithm::HS256 => hmac::HMAC_SHA256,
        Algorithm::HS384 => hmac::HMAC_SHA384,
        Algorithm::HS512 => hmac::HMAC_SHA512,
    };
    hmac::Key::new(family, &padded(key))
}

/// PHP's `str_pad(…, STR_PAD_BOTH)`: the shorter half on the left.
fn padded(key: &SecretString) -> Zeroizing<Vec<u8>> {
    let key = key.expose_secret().as_bytes();
    let missing = SECRET_LENGTH.saturating_sub(key.len());
    let left = missing / 2;
    let mut secret = Zeroizing::new(vec![b'&'; key.len() + missing]);
    secret[left..left + key.len()].copy_from_slice(key);
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretString {
        SecretString::from("0123456789abcdef0123456789abcdef".to_owned())
    }

    /// A token that a real Magento 2.4.8 signed.
    const RECORDED: &str = "eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOjEsInV0eXBpZCI6MywiaWF0IjoxNzk1MjE4MTkxLCJleHAiOjE3OTUyMjE3OTF9.TVG8mOnRCbitdN6c1ihalzgTApPRCuMziu5JUgXgkUs";

    #[test]
    fn signs_as_magento_does() {
        let claims = Claims { uid: 1, utypid: CUSTOMER, iat: 1_795_218_191, exp: 1_795_221_791 };
        assert_eq!(sign(&claims, Algorithm::HS256, &key()).unwrap(), RECORDED);
        assert_eq!(verify(RECORDED, Algorithm::HS256, &key(), 1_795_218_191), Some(claims));
    }

    #[test]
    fn expiry_is_exclusive() {
        assert!(verify(RECORDED, Algorithm::HS256, &key(), 1_795_221_790).is_some());
        assert!(verify(RECORDED, Algorithm::HS256, &key(), 1_795_221_791).is_none());
    }

    #[test]
    fn tricks_do_not_work() {
        let parts: Vec<&str> = RECORDED.split('.').collect();
        let none = URL_SAFE_NO_PAD.encode(r#"{"kid":"1","alg":"none"}"#);
        let hs512 = URL_SAFE_NO_PAD.encode(r#"{"kid":"1","alg":"HS512"}"#);
        let other = URL_SAFE_NO_PAD.encode(r#"{"uid":2,"utypid":3,"iat":1795218191,"exp":1795221791}"#);
        let forged = [
            format!("{none}.{}.", parts[1]),
            format!("{hs512}.{}.{}", parts[1], parts[2]),
            format!("{}.{other}.{}", parts[0], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            String::new(),
        ];
        for token in forged {
            assert!(verify(&token, Algorithm::HS256, &key(), 1_795_218_191).is_none(), "{token}");
        }
        let stranger = SecretString::from("another key".to_owned());
        assert!(verify(RECORDED, Algorithm::HS256, &stranger, 1_795_218_191).is_none());
    }
}
