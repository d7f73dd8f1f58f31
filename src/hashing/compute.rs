//! The computations themselves: pure, slow functions.

use argon2::{Algorithm, Argon2, Params, Version as ArgonVersion};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha384};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::domain::crypt_key::{hex, mac};
use crate::domain::password_hash::{CURRENT_TEXT, PREHASHED, Scheme, StoredHash, Version, bcrypt_would_cut, parse};

/// Argon2 takes the first 16 bytes of Magento's 32 characters of salt.
const ARGON_SALT: usize = 16;

/// Hashes a new password; `salt` are 32 random alphanumeric characters.
pub(super) fn hash(scheme: Scheme, password: &SecretString, salt: &str) -> Option<String> {
    let password = password.expose_secret().as_bytes();
    match scheme {
        Scheme::Bcrypt { cost } => bcrypt(cost, password, salt),
        Scheme::Argon2id13 => {
            let hash = step(crate::domain::password_hash::CURRENT, password, salt)?;
            Some(format!("{hash}:{salt}:{CURRENT_TEXT}"))
        }
    }
}

/// Whether the password is the one that was stored, in constant time where it is compared.
pub(super) fn verify(stored: &str, password: &SecretString, crypt_key: &SecretString) -> bool {
    let password = password.expose_secret().as_bytes();
    match parse(stored) {
        None => false,
        Some(StoredHash::Bcrypt { text, prehashed }) => {
            prehashed == bcrypt_would_cut(password) && bcrypt::verify(bcrypt_input(password), text).unwrap_or(false)
        }
        Some(StoredHash::Magento { hash, salt, versions }) => {
            chain(&versions, password, salt).is_some_and(|computed| equal(&computed, hash))
        }
        Some(StoredHash::Keyed(hash)) => equal(&hex(&mac(crypt_key.expose_secret().as_bytes(), password)), hash),
    }
}

fn bcrypt(cost: u32, password: &[u8], salt: &str) -> Option<String> {
    let salt: [u8; 16] = md5_of(salt.as_bytes());
    let text = bcrypt::hash_with_salt(bcrypt_input(password), cost, salt).ok()?.to_string();
    Some(if bcrypt_would_cut(password) { format!("{PREHASHED}{text}") } else { text })
}

/// bcrypt reads 72 bytes and, in most implementations, stops at a NUL. Longer passwords go through
/// SHA-384 first (64 characters of base64), which the stored text says: a short password that
/// happens to be such a digest is not taken for the long one.
fn bcrypt_input(password: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(if bcrypt_would_cut(password) {
        STANDARD.encode(Sha384::digest(password)).into_bytes()
    } else {
        password.to_vec()
    })
}

fn chain(versions: &[Version], password: &[u8], salt: &str) -> Option<String> {
    let mut current = Zeroizing::new(password.to_vec());
    let mut text = String::new();
    for version in versions {
        text = step(*version, &current, salt)?;
        current = Zeroizing::new(text.clone().into_bytes());
    }
    Some(text)
}

fn step(version: Version, password: &[u8], salt: &str) -> Option<String> {
    let salted = || Zeroizing::new([salt.as_bytes(), password].concat());
    match version {
        Version::Md5 => Some(hex(&Md5::digest(salted().as_slice()))),
        Version::Sha256 => Some(hex(&Sha256::digest(salted().as_slice()))),
        Version::Argon2id { length, passes, memory } => {
            let params = Params::new(memory, passes, 1, Some(length)).ok()?;
            let mut output = Zeroizing::new(vec![0; length]);
            Argon2::new(Algorithm::Argon2id, ArgonVersion::V0x13, params)
                .hash_password_into(password, &argon_salt(salt)?, &mut output)
                .ok()?;
            Some(hex(&output))
        }
    }
}

/// A shorter salt is repeated to 16 bytes, as Magento does.
fn argon_salt(salt: &str) -> Option<Vec<u8>> {
    (!salt.is_empty()).then(|| salt.bytes().cycle().take(ARGON_SALT).collect())
}

fn md5_of(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

fn equal(computed: &str, stored: &str) -> bool {
    bool::from(computed.as_bytes().ct_eq(stored.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: &str = "abcdefghijklmnopqrstuvwxyzABCDEF";
    const FAST: Scheme = Scheme::Bcrypt { cost: 4 };

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    fn ok(stored: &str, password: &str) -> bool {
        verify(stored, &secret(password), &secret("0123456789abcdef0123456789abcdef"))
    }

    #[test]
    fn what_is_hashed_verifies() {
        for scheme in [FAST, Scheme::Argon2id13] {
            let stored = hash(scheme, &secret("NewPass123!"), SALT).unwrap();
            assert!(ok(&stored, "NewPass123!") && !ok(&stored, "NewPass123") && stored.len() <= 128);
        }
    }

    #[test]
    fn every_byte_counts_under_bcrypt() {
        for length in [71, 72, 73, 255, 256, 1024] {
            let password = "a".repeat(length - 1);
            let stored = hash(FAST, &secret(&format!("{password}X")), SALT).unwrap();
            assert!(ok(&stored, &format!("{password}X")), "{length}");
            assert!(!ok(&stored, &format!("{password}Y")), "{length}");
        }
        let stored = hash(FAST, &secret("Secret1!\0suffix"), SALT).unwrap();
        assert!(ok(&stored, "Secret1!\0suffix") && !ok(&stored, "Secret1!"));
    }

    #[test]
    fn a_digest_is_no_password() {
        let long = "x".repeat(100);
        let stored = hash(FAST, &secret(&long), SALT).unwrap();
        assert!(ok(&stored, &long));
        assert!(!ok(&stored, &STANDARD.encode(Sha384::digest(&long))));
    }

    #[test]
    fn hashes_that_a_magento_wrote() {
        let cases = [
            "76ee755f4059768ca1027fdea1edbac2d0214c470b1b9c0bcdeea1ae3598723f:08b0075b6ea43f813e99c4dc30939a9c:3_32_2_67108864",
            "3ba2a8bd5433436ae48f5ac851ab2a948cce0afbca1ad1827d178196f93fe9cf:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0:1",
        ];
        for stored in cases {
            assert!(ok(stored, "Password123!") && !ok(stored, "Password123"), "{stored}");
        }
    }

    #[test]
    fn malformed_hashes_match_nothing() {
        for stored in ["", "$2b$", "$2b$12$short", "a:b:9", "h::2", "2e9e7f718d7867b1837144dc95b3f403:ab"] {
            assert!(!ok(stored, "Password123!") && !ok(stored, ""), "{stored}");
        }
    }
}
