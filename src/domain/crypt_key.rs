//! The crypt key: sealing tokens as Magento ≥ 2.4.4 does, and the keyed digests that find them.
//!
//! At rest a token is `<key index>:3:<base64(nonce ‖ ciphertext ‖ tag)>`, ChaCha20-Poly1305 with the
//! nonce as associated data too (Magento's `SodiumChachaIetf`). A thief of the database alone has
//! neither the token nor anything from which it could be computed.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::php;
use super::token::ResetToken;

const CIPHER: &str = "3";
const NONCE: usize = 12;

/// What the digests are for: a digest of one purpose is worthless for another.
const TOKEN_PURPOSE: &[u8] = b"rekey reset token digest v1";
const PASSWORD_PURPOSE: &[u8] = b"rekey password mark v1";

/// PHP's `base64_decode` does not insist on padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One or several crypt keys, oldest first; the newest seals, all open.
#[derive(Clone, Debug)]
pub struct CryptKey {
    keys: Vec<SecretString>,
}

/// A crypt key that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// There is none.
    #[error("it is empty")]
    Empty,
    /// It does not give the 32 bytes that the cipher needs.
    #[error("key number {0} is not 32 characters long, nor `base64` followed by 32 bytes in base64")]
    Length(usize),
}

impl CryptKey {
    /// Takes Magento's `crypt/key`: keys separated by white space, newest last.
    ///
    /// # Errors
    /// [`KeyError`]; the key itself is never repeated.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let keys: Vec<SecretString> = text.split_whitespace().map(SecretString::from).collect();
        if keys.is_empty() {
            return Err(KeyError::Empty);
        }
        for (index, key) in keys.iter().enumerate() {
            if bytes(key).len() != 32 {
                return Err(KeyError::Length(index + 1));
            }
        }
        Ok(Self { keys })
    }

    /// Seals a token with the newest key.
    #[must_use]
    pub fn seal(&self, token: &ResetToken, nonce: [u8; NONCE]) -> Option<String> {
        self.seal_text(token.expose(), nonce)
    }

    /// Seals any text with the newest key.
    #[must_use]
    pub fn seal_text(&self, text: &str, nonce: [u8; NONCE]) -> Option<String> {
        let newest = self.keys.len() - 1;
        let payload = Payload { msg: text.as_bytes(), aad: &nonce };
        let sealed = cipher(&self.keys[newest])?.encrypt(&Nonce::from(nonce), payload).ok()?;
        let raw = [nonce.as_slice(), &sealed].concat();
        Some(format!("{newest}:{CIPHER}:{}", BASE64.encode(raw)))
    }

    /// Opens what [`CryptKey::seal`] or a Magento sealed; `None` when it cannot be opened. Magento
    /// trims what it opens, and reads a value without a key index with the oldest key.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Zeroizing<String>> {
        let opened = self.open_text(sealed)?;
        Some(Zeroizing::new(php::trim(&opened).to_owned()))
    }

    /// Opens what [`CryptKey::seal_text`] sealed, exactly as it was.
    #[must_use]
    pub fn open_text(&self, sealed: &str) -> Option<Zeroizing<String>> {
        let parts: Vec<&str> = sealed.split(':').collect();
        let (key, data) = match parts[..] {
            [index, CIPHER, data] => (self.keys.get(index.parse::<usize>().ok()?)?, data),
            [CIPHER, data] => (self.keys.first()?, data),
            _ => return None,
        };
        let raw = BASE64.decode(data).ok()?;
        let (nonce, ciphertext) = raw.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: ciphertext, aad: &nonce };
        let opened = cipher(key)?.decrypt(&Nonce::from(nonce), payload).ok()?;
        Some(Zeroizing::new(String::from_utf8(opened).ok()?))
    }

    /// The digest under which a token that is issued now is found, in hex.
    #[must_use]
    pub fn digest(&self, token: &ResetToken) -> String {
        self.keyed(&self.keys[self.keys.len() - 1], TOKEN_PURPOSE, token.expose().as_bytes())
    }

    /// The digests under which a token may have been issued, newest key first: a rotated key does
    /// not kill the links that are out.
    #[must_use]
    pub fn digests(&self, token: &ResetToken) -> Vec<String> {
        let keys = self.keys.iter().rev();
        keys.map(|key| self.keyed(key, TOKEN_PURPOSE, token.expose().as_bytes())).collect()
    }

    /// A mark of the stored password hash, by which a later change of it is noticed.
    #[must_use]
    pub fn password_mark(&self, password_hash: Option<&str>) -> String {
        self.keyed(&self.keys[0], PASSWORD_PURPOSE, password_hash.unwrap_or_default().as_bytes())
    }

    /// A key for one purpose, which stays the same when newer keys are added.
    #[must_use]
    pub fn derived(&self, purpose: &[u8]) -> [u8; 32] {
        mac(self.keys[0].expose_secret().as_bytes(), purpose)
    }

    /// The newest key as text; Magento signs and hashes with it undecoded.
    #[must_use]
    pub fn newest(&self) -> &SecretString {
        &self.keys[self.keys.len() - 1]
    }

    #[expect(clippy::unused_self, reason = "reads as what it is: the digest of this key ring")]
    fn keyed(&self, key: &SecretString, purpose: &[u8], message: &[u8]) -> String {
        let derived = mac(key.expose_secret().as_bytes(), purpose);
        hex(&mac(&derived, message))
    }
}

/// HMAC-SHA256; it takes keys of any length.
#[must_use]
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut hmac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn bytes(key: &SecretString) -> Zeroizing<Vec<u8>> {
    let text = key.expose_secret();
    Zeroizing::new(match text.strip_prefix("base64") {
        Some(encoded) => BASE64.decode(encoded).unwrap_or_default(),
        None => text.as_bytes().to_vec(),
    })
}

fn cipher(key: &SecretString) -> Option<ChaCha20Poly1305> {
    ChaCha20Poly1305::new_from_slice(&bytes(key)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn token(text: &str) -> ResetToken {
        ResetToken::new(text)
    }

    #[test]
    fn opens_what_a_magento_sealed() {
        let key = CryptKey::parse(KEY).unwrap();
        let sealed = "0:3:WAXfn1cd5O4xNmvoFLMKIPZNNTM68T2sDgDOk2mvvs6K/xSLlg==";
        assert_eq!(key.open(sealed).unwrap().as_str(), "tokenAAAA");
    }

    #[test]
    fn seals_and_opens_with_several_keys() {
        let old = CryptKey::parse(KEY).unwrap();
        let both = CryptKey::parse(&format!("{KEY}\nbase64{}", BASE64.encode([7; 32]))).unwrap();
        let sealed = old.seal(&token("abc"), [1; NONCE]).unwrap();
        assert_eq!(both.open(&sealed).unwrap().as_str(), "abc");
        let sealed = both.seal(&token("abc"), [1; NONCE]).unwrap();
        assert!(sealed.starts_with("1:3:") && old.open(&sealed).is_none());
        assert!(both.digests(&token("abc")).contains(&old.digest(&token("abc"))));
    }

    #[test]
    fn garbage_opens_to_nothing() {
        let key = CryptKey::parse(KEY).unwrap();
        for sealed in ["", "tokenAAAA", "0:3:", "0:3:AAAA", "0:2:AAAA", "7:3:AcllInUv", "0:3:!!", "x:3:AAAA"] {
            assert!(key.open(sealed).is_none(), "{sealed}");
        }
    }

    #[test]
    fn bad_keys_are_named_and_never_shown() {
        assert_eq!(CryptKey::parse(" ").unwrap_err(), KeyError::Empty);
        assert_eq!(CryptKey::parse(&format!("{KEY} s3cret")).unwrap_err(), KeyError::Length(2));
        assert!(!format!("{:?}", CryptKey::parse(KEY).unwrap()).contains(KEY));
    }
}
