//! The crypt key: sealing tokens as Magento ≥ 2.4.4 does, and the keyed digests that find them.
//!
//! At rest a token is `<key index>:3:<base64(nonce ‖ ciphertext ‖ tag)>`, ChaCha20-Poly1305 with the
//! nonce as associated data too (Magento's `SodiumChachaIetf`). A thief of the database alone has
//! neither the token nor anything from which it could be computed.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::php;
use super::token::ResetToken;

const CIPHER: &str = "3";

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
    keys: Vec<Key>,
}

/// One key and what is computed from it again and again.
#[derive(Clone, Debug)]
struct Key {
    text: SecretString,
    cipher: LessSafeKey,
    tokens: hmac::Key,
    passwords: hmac::Key,
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
        let keys = (1..).zip(text.split_whitespace());
        let keys: Vec<Key> =
            keys.map(|(number, text)| Key::new(text).ok_or(KeyError::Length(number))).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(KeyError::Empty) } else { Ok(Self { keys }) }
    }

    /// Seals a token with the newest key.
    #[must_use]
    pub fn seal(&self, token: &ResetToken, nonce: [u8; NONCE_LEN]) -> Option<String> {
        self.seal_text(token.expose(), nonce)
    }

    /// Seals any text with the newest key.
    #[must_use]
    pub fn seal_text(&self, text: &str, nonce: [u8; NONCE_LEN]) -> Option<String> {
        let newest = self.keys.len() - 1;
        let mut raw = [&nonce, text.as_bytes()].concat();
        let cipher = &self.keys[newest].cipher;
        let (_, plain) = raw.split_at_mut(NONCE_LEN);
        let tag =
            cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(nonce), plain).ok()?;
        raw.extend_from_slice(tag.as_ref());
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
        let (head, data) = sealed.rsplit_once(':')?;
        let key = match head.split_once(':') {
            Some((index, CIPHER)) => self.keys.get(index.parse::<usize>().ok()?)?,
            None if head == CIPHER => self.keys.first()?,
            _ => return None,
        };
        let mut raw = Zeroizing::new(BASE64.decode(data).ok()?);
        let (nonce, ciphertext) = raw.split_first_chunk_mut::<NONCE_LEN>()?;
        let (nonce, with) = (Nonce::assume_unique_for_key(*nonce), Aad::from(*nonce));
        let opened = key.cipher.open_in_place(nonce, with, ciphertext).ok()?;
        Some(Zeroizing::new(str::from_utf8(opened).ok()?.to_owned()))
    }

    /// The digest under which a token that is issued now is found, in hex.
    #[must_use]
    pub fn digest(&self, token: &ResetToken) -> String {
        self.newest_key().token_digest(token)
    }

    /// The digests under which a token may have been issued, newest key first: a rotated key does
    /// not kill the links that are out.
    #[must_use]
    pub fn digests(&self, token: &ResetToken) -> Vec<String> {
        self.keys.iter().rev().map(|key| key.token_digest(token)).collect()
    }

    /// A mark of the stored password hash, by which a later change of it is noticed.
    #[must_use]
    pub fn password_mark(&self, password_hash: Option<&str>) -> String {
        hex(hmac::sign(&self.keys[0].passwords, password_hash.unwrap_or_default().as_bytes()).as_ref())
    }

    /// A key for one purpose, which stays the same when newer keys are added.
    #[must_use]
    pub fn derived(&self, purpose: &[u8]) -> [u8; 32] {
        mac(self.keys[0].text.expose_secret().as_bytes(), purpose)
    }

    /// The newest key as text; Magento signs and hashes with it undecoded.
    #[must_use]
    pub fn newest(&self) -> &SecretString {
        &self.newest_key().text
    }

    fn newest_key(&self) -> &Key {
        &self.keys[self.keys.len() - 1]
    }
}

impl Key {
    /// `None` when it has not the cipher's length.
    fn new(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(match text.strip_prefix("base64") {
            Some(encoded) => BASE64.decode(encoded).ok()?,
            None => text.as_bytes().to_vec(),
        });
        let for_purpose = |purpose| hmac::Key::new(hmac::HMAC_SHA256, &mac(text.as_bytes(), purpose));
        Some(Self {
            text: SecretString::from(text),
            cipher: LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &bytes).ok()?),
            tokens: for_purpose(TOKEN_PURPOSE),
            passwords: for_purpose(PASSWORD_PURPOSE),
        })
    }

    fn token_digest(&self, token: &ResetToken) -> String {
        hex(hmac::sign(&self.tokens, token.expose().as_bytes()).as_ref())
    }
}

/// HMAC-SHA256; it takes keys of any length.
#[must_use]
pub fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    tag.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
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
        let sealed = old.seal(&token("abc"), [1; NONCE_LEN]).unwrap();
        assert_eq!(both.open(&sealed).unwrap().as_str(), "abc");
        let sealed = both.seal(&token("abc"), [1; NONCE_LEN]).unwrap();
        assert!(sealed.starts_with("1:3:") && old.open(&sealed).is_none());
        assert!(both.digests(&token("abc")).contains(&old.digest(&token("abc"))));
    }

    #[test]
    fn without_an_index_it_is_the_oldest_keys() {
        let old = CryptKey::parse(KEY).unwrap();
        let both = CryptKey::parse(&format!("{KEY} {}", KEY.to_uppercase())).unwrap();
        let sealed = old.seal(&token("abc"), [1; NONCE_LEN]).unwrap();
        assert_eq!(both.open(sealed.strip_prefix("0:").unwrap()).unwrap().as_str(), "abc");
        assert!(both.open(&format!("0:{sealed}")).is_none());
    }

    /// Databases hold them: they may never become others. Computed with Python's `hmac`.
    #[test]
    fn digests_stay_what_they_are() {
        let key = CryptKey::parse(KEY).unwrap();
        let (digest, mark) = (key.digest(&token("abc")), key.password_mark(Some("hash")));
        assert_eq!(digest, "82ed4536e6dc2cad12e6aac4d182a04807ca3e0dcc25c735eb0701e6d033e6ef");
        assert_eq!(mark, "70a4b6ce2bd5362f87372561f194f649daf11e9b55f0d8f15c837eb339ea983d");
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
