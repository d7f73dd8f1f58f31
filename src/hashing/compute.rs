//! The computations themselves, for one thread.
//!
//! Everything but bcrypt is computed at once; bcrypt is only prepared, so that several of them can
//! share the thread ([`rekey_kdf::bcrypt_lanes`]).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use rekey_kdf::argon2id::Memory;
use rekey_kdf::bcrypt_lanes::{self, Input};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Sha256, Sha384};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::domain::crypt_key::{hex, mac};
use crate::domain::password_hash::{
    CURRENT, CURRENT_TEXT, PREHASHED, Scheme, StoredHash, Version, bcrypt_would_cut, parse,
};

/// Argon2 takes the first 16 bytes of Magento's 32 characters of salt.
const ARGON_SALT: usize = 16;

/// The highest bcrypt cost that a stored hash may ask for: seconds. A row is data, not an order.
const MAX_COST: u32 = 16;

/// What is asked.
pub(super) enum Question {
    /// To hash a new password; `salt` are 32 random alphanumeric characters.
    Hash { password: SecretString, salt: String },
    /// Whether the password is the one that was stored.
    Verify { stored: String, password: SecretString },
}

/// What is answered; no hash when it cannot be computed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Hash(Option<String>),
    Verified(bool),
}

/// A bcrypt computation that waits for a lane.
pub(super) struct Prepared {
    password: Zeroizing<Vec<u8>>,
    salt: [u8; 16],
    cost: u32,
    then: Then,
}

/// What becomes of its result.
enum Then {
    Write { prehashed: bool },
    Compare([u8; 23]),
}

/// The first half of a question's answer.
pub(super) enum Begun {
    Done(Answer),
    Bcrypt(Prepared),
}

/// A thread's own part of the hashing pool.
pub(super) struct Worker {
    scheme: Scheme,
    crypt_key: SecretString,
    memory: Memory,
}

impl Worker {
    pub(super) fn new(scheme: Scheme, crypt_key: SecretString) -> Self {
        Self { scheme, crypt_key, memory: Memory::new() }
    }

    pub(super) fn begin(&mut self, question: &Question) -> Begun {
        match question {
            Question::Hash { password, salt } => self.hash(password.expose_secret().as_bytes(), salt),
            Question::Verify { stored, password } => self.verify(stored, password.expose_secret().as_bytes()),
        }
    }

    fn hash(&mut self, password: &[u8], salt: &str) -> Begun {
        match self.scheme {
            Scheme::Bcrypt { cost } => {
                let then = Then::Write { prehashed: bcrypt_would_cut(password) };
                Begun::Bcrypt(Prepared { password: bcrypt_input(password), salt: Md5::digest(salt).into(), cost, then })
            }
            Scheme::Argon2id13 => {
                let hash = self.step(CURRENT, password, salt);
                Begun::Done(Answer::Hash(hash.map(|hash| format!("{hash}:{salt}:{CURRENT_TEXT}"))))
            }
        }
    }

    fn verify(&mut self, stored: &str, password: &[u8]) -> Begun {
        let verified = match parse(stored) {
            None => false,
            Some(StoredHash::Bcrypt { text, prehashed }) => {
                let parts = bcrypt_lanes::parse(text).filter(|(cost, ..)| *cost <= MAX_COST);
                match parts.filter(|_| prehashed == bcrypt_would_cut(password)) {
                    Some((cost, salt, expected)) => {
                        let then = Then::Compare(expected);
                        return Begun::Bcrypt(Prepared { password: bcrypt_input(password), salt, cost, then });
                    }
                    None => false,
                }
            }
            Some(StoredHash::Magento { hash, salt, versions }) => {
                self.chain(&versions, password, salt).is_some_and(|computed| equal(&computed, hash))
            }
            Some(StoredHash::Keyed(hash)) => {
                equal(&hex(&mac(self.crypt_key.expose_secret().as_bytes(), password)), hash)
            }
        };
        Begun::Done(Answer::Verified(verified))
    }

    fn chain(&mut self, versions: &[Version], password: &[u8], salt: &str) -> Option<String> {
        let mut current = Zeroizing::new(password.to_vec());
        let mut text = String::new();
        for version in versions {
            text = self.step(*version, &current, salt)?;
            current = Zeroizing::new(text.clone().into_bytes());
        }
        Some(text)
    }

    fn step(&mut self, version: Version, password: &[u8], salt: &str) -> Option<String> {
        let salted = || Zeroizing::new([salt.as_bytes(), password].concat());
        match version {
            Version::Md5 => Some(hex(&Md5::digest(salted().as_slice()))),
            Version::Sha256 => Some(hex(&Sha256::digest(salted().as_slice()))),
            Version::Argon2id { length, passes, memory } => {
                let mut output = Zeroizing::new(vec![0; length]);
                self.memory.argon2id(password, &argon_salt(salt)?, passes, memory, &mut output).ok()?;
                Some(hex(&output))
            }
        }
    }
}

/// Computes what was prepared, together.
pub(super) fn finish(prepared: &[Prepared]) -> Vec<Answer> {
    let inputs: Vec<Input<'_>> =
        prepared.iter().map(|one| Input { password: &one.password, salt: one.salt, cost: one.cost }).collect();
    let mut outputs = vec![[0; 24]; inputs.len()];
    bcrypt_lanes::bcrypt_many(&inputs, &mut outputs);
    prepared.iter().zip(&outputs).map(|(one, output)| one.conclude(output)).collect()
}

impl Prepared {
    fn conclude(&self, output: &[u8; 24]) -> Answer {
        match &self.then {
            Then::Compare(expected) => Answer::Verified(output[..23].ct_eq(expected).into()),
            Then::Write { prehashed } => {
                let text = bcrypt_lanes::format(self.cost, &self.salt, output);
                Answer::Hash(Some(if *prehashed { format!("{PREHASHED}{text}") } else { text }))
            }
        }
    }
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

/// A shorter salt is repeated to 16 bytes, as Magento does.
fn argon_salt(salt: &str) -> Option<Vec<u8>> {
    (!salt.is_empty()).then(|| salt.bytes().cycle().take(ARGON_SALT).collect())
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

    fn answer(scheme: Scheme, question: &Question) -> Answer {
        let mut worker = Worker::new(scheme, secret("0123456789abcdef0123456789abcdef"));
        match worker.begin(question) {
            Begun::Done(answer) => answer,
            Begun::Bcrypt(prepared) => finish(&[prepared]).remove(0),
        }
    }

    fn hash(scheme: Scheme, password: &str) -> String {
        match answer(scheme, &Question::Hash { password: secret(password), salt: SALT.into() }) {
            Answer::Hash(Some(hash)) => hash,
            other => panic!("{other:?}"),
        }
    }

    fn ok(stored: &str, password: &str) -> bool {
        let question = Question::Verify { stored: stored.into(), password: secret(password) };
        answer(FAST, &question) == Answer::Verified(true)
    }

    #[test]
    fn what_is_hashed_verifies() {
        for scheme in [FAST, Scheme::Argon2id13] {
            let stored = hash(scheme, "NewPass123!");
            assert!(ok(&stored, "NewPass123!") && !ok(&stored, "NewPass123") && stored.len() <= 128);
        }
    }

    #[test]
    fn other_programs_verify_short_passwords() {
        assert!(bcrypt::verify("NewPass123!", &hash(FAST, "NewPass123!")).unwrap());
    }

    #[test]
    fn every_byte_counts_under_bcrypt() {
        for length in [71, 72, 73, 255, 256, 1024] {
            let password = "a".repeat(length - 1);
            let stored = hash(FAST, &format!("{password}X"));
            assert!(ok(&stored, &format!("{password}X")), "{length}");
            assert!(!ok(&stored, &format!("{password}Y")), "{length}");
        }
        let stored = hash(FAST, "Secret1!\0suffix");
        assert!(ok(&stored, "Secret1!\0suffix") && !ok(&stored, "Secret1!"));
    }

    #[test]
    fn a_digest_is_no_password() {
        let long = "x".repeat(100);
        let stored = hash(FAST, &long);
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
    fn malformed_or_outrageous_hashes_match_nothing() {
        let costly = format!("$2b$31${}", &hash(FAST, "Password123!")[7..]);
        let hashes = ["", "$2b$", "$2b$12$short", "a:b:9", "h::2", "2e9e7f718d7867b1837144dc95b3f403:ab", &costly];
        for stored in hashes {
            assert!(!ok(stored, "Password123!") && !ok(stored, ""), "{stored}");
        }
    }
}
