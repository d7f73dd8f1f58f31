//! Public ids: ten letters, case-sensitive.
//!
//! Resets, events and applications keep a random one. Customers live in Magento's table, where no
//! column may be added: theirs is the row id, permuted under a key (a Feistel network), so that an id
//! says nothing about how many customers there are.

use super::super::crypt_key::mac;

const LETTERS: &[u8; 52] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 10;

/// Half of the permuted number: 2 × 28 bits is the largest that ten letters hold.
const HALF: u32 = 28;
const MASK: u64 = (1 << HALF) - 1;
const ROUNDS: u8 = 4;

/// A random id. The remainder of 64 bits favours no letter by more than one in 10⁸.
#[must_use]
pub fn random(bytes: [u8; 8]) -> String {
    letters(u64::from_le_bytes(bytes))
}

/// Whether this can be an id at all.
#[must_use]
pub fn is_well_formed(id: &str) -> bool {
    id.len() == LENGTH && id.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The customer's public id.
#[must_use]
pub fn of_customer(key: &[u8; 32], id: i64) -> String {
    let number = id.cast_unsigned();
    let (mut left, mut right) = ((number >> HALF) & MASK, number & MASK);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ scramble(key, round, right));
    }
    letters(left << HALF | right)
}

/// The customer behind a public id; there may be none.
#[must_use]
pub fn to_customer(key: &[u8; 32], id: &str) -> Option<i64> {
    let number = number(id).filter(|number| number >> (2 * HALF) == 0)?;
    let (mut left, mut right) = (number >> HALF, number & MASK);
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ scramble(key, round, left), left);
    }
    Some((left << HALF | right).cast_signed())
}

fn scramble(key: &[u8; 32], round: u8, half: u64) -> u64 {
    let mut message = [round; 9];
    message[1..].copy_from_slice(&half.to_le_bytes());
    let digest = mac(key, &message);
    u64::from(u32::from_le_bytes([digest[0], digest[1], digest[2], digest[3]])) & MASK
}

fn letters(mut number: u64) -> String {
    let mut text = [0; LENGTH];
    for place in text.iter_mut().rev() {
        *place = LETTERS[usize::try_from(number % 52).unwrap_or_default()];
        number /= 52;
    }
    text.into_iter().map(char::from).collect()
}

fn number(id: &str) -> Option<u64> {
    if !is_well_formed(id) {
        return None;
    }
    let digit = |letter: u8| LETTERS.iter().position(|known| *known == letter).map(|place| place as u64);
    id.bytes().try_fold(0_u64, |number, letter| Some(number * 52 + digit(letter)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_round_trip() {
        let key = [7; 32];
        for id in [1, 2, 3, 12_345, i64::from(u32::MAX)] {
            let public = of_customer(&key, id);
            assert!(is_well_formed(&public));
            assert_eq!(to_customer(&key, &public), Some(id));
        }
        assert_ne!(of_customer(&key, 1), of_customer(&[8; 32], 1));
    }

    #[test]
    fn strangers_are_nobody() {
        for id in ["", "xYZkjABcd", "xYZkjABcd1", "xYZkjABcdeX", "zzzzzzzzzz", "ÄÖÜßé"] {
            assert_eq!(to_customer(&[7; 32], id), None, "{id}");
        }
    }
}
