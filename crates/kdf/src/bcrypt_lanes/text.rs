//! The text form of a hash, `$2b$12$` and 53 characters of bcrypt's own base64.
//!
//! The `bcrypt` crate reads and writes this form too, but keeps the hash bytes of its `HashParts`
//! private, both ways: only its checks and its alphabet can be used here.

use base64::Engine as _;
use bcrypt::{BASE_64, HashParts};

/// Writes a hash as text, always with the prefix `$2b$`. The output's last byte is not part of it.
#[must_use]
pub fn format(cost: u32, salt: &[u8; 16], output: &[u8; 24]) -> String {
    let mut text = format!("$2b${cost:02}$");
    BASE_64.encode_string(salt, &mut text);
    BASE_64.encode_string(&output[..23], &mut text);
    text
}

/// Reads the cost, the salt and the 23 stored bytes of a hash.
///
/// `$2a$`, `$2b$` and `$2y$` mean the same computation; `$2x$` marks the broken one of an old
/// library and is refused. So are costs that the crate would not verify, below 4 or above 31.
#[must_use]
pub fn parse(text: &str) -> Option<(u32, [u8; 16], [u8; 23])> {
    let parts: HashParts = text.parse().ok()?;
    let version = text.get(..4)?;
    // The crate leaves the range to its verification, and takes "+4" for a number.
    let cost = text.get(4..6)?;
    let accepted = matches!(version, "$2a$" | "$2b$" | "$2y$")
        && cost.bytes().all(|digit| digit.is_ascii_digit())
        && (4..=31).contains(&parts.get_cost());
    let mut output = [0; 23];
    BASE_64.decode_slice(text.get(29..)?, &mut output).ok()?;
    accepted.then(|| (parts.get_cost(), parts.get_salt_raw(), output))
}
