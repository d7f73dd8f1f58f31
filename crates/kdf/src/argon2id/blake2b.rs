//! The digests at both ends of Argon2 (RFC 9106, 3.2 and 3.3).

use blake2b_simd::{OUTBYTES, Params};

use super::Costs;

/// Length of the seed in bytes.
pub(super) const SEED: usize = OUTBYTES;

/// RFC 9106's numbers for version 1.3 and for Argon2id.
const VERSION: u32 = 0x13;
pub(super) const ARGON2ID: u32 = 2;

/// H0: of everything that goes into a hash. None if a length does not fit 32 bits.
pub(super) fn seed(password: &[u8], salt: &[u8], costs: Costs, output: usize) -> Option<[u8; SEED]> {
    let length = |bytes: usize| u32::try_from(bytes).ok();
    let mut state = Params::new().to_state();
    for number in [1, length(output)?, costs.kibibytes, costs.passes, VERSION, ARGON2ID] {
        state.update(&number.to_le_bytes());
    }
    for text in [password, salt, b"", b""] {
        state.update(&length(text.len())?.to_le_bytes()).update(text);
    }
    Some(*state.finalize().as_array())
}

/// H': a digest of any length. What is longer than a digest is a chain of digests, the first half
/// of each but the last.
pub(super) fn long(input: &[&[u8]], output: &mut [u8]) {
    let length = u32::try_from(output.len()).expect("checked with the seed").to_le_bytes();
    let mut state = Params::new().hash_length(output.len().min(OUTBYTES)).to_state();
    state.update(&length);
    for part in input {
        state.update(part);
    }
    let mut digest = state.finalize();
    let mut rest = output;
    while rest.len() > OUTBYTES {
        let (half, more) = rest.split_at_mut(OUTBYTES / 2);
        half.copy_from_slice(&digest.as_bytes()[..OUTBYTES / 2]);
        digest = Params::new().hash_length(more.len().min(OUTBYTES)).hash(digest.as_bytes());
        rest = more;
    }
    rest.copy_from_slice(digest.as_bytes());
}
