//! The state of one hash: from password and salt to the expanded Blowfish key, then to the output.

use std::{array, iter};

use zeroize::Zeroize;

use super::Input;
use super::constants::PI_FRACTION;
use super::rounds::encrypt;

/// Subkeys of Blowfish, two more than it has rounds.
pub(super) const SUBKEYS: usize = 18;

/// Subkeys and S-boxes in one table: expanding a key overwrites both in one sweep, so that the
/// compiler emits the interleaved encryption once instead of once per part.
pub(super) type Words = [u32; SUBKEYS + 4 * 256];

/// The text a hash is the encryption of.
const ORPHEAN: &[u8; 24] = b"OrpheanBeholderScryDoubt";

/// One hash in progress. Cache-line aligned, so that the lanes of an array never share a line.
#[repr(align(64))]
pub(super) struct Lane {
    pub words: Words,
    /// What each round mixes into the subkeys: first the password, then the salt, both repeated to
    /// the subkeys' length once instead of in every round.
    pub schedules: [[u32; SUBKEYS]; 2],
    /// Rounds still to do.
    pub left: u64,
    /// Position of the input and of the output.
    pub job: usize,
}

impl Lane {
    /// A lane without a job.
    pub const fn idle() -> Self {
        Self { words: PI_FRACTION, schedules: [[0; SUBKEYS]; 2], left: 0, job: 0 }
    }

    /// Takes a job and does its setup, all but the `2^cost` rounds.
    pub fn start(&mut self, job: usize, input: &Input<'_>) {
        self.job = job;
        self.left = 1 << input.cost;
        // The crate's rule: NUL-terminated, unless the NUL would be the 73rd byte.
        let password = input.password.iter().copied().chain(iter::once(0)).take(72);
        repeat(password, &mut self.schedules[0]);
        repeat(input.salt.iter().copied(), &mut self.schedules[1]);
        self.words = PI_FRACTION;
        self.expand_salted();
    }

    /// The first key expansion, the only one whose chain also takes in the salt.
    fn expand_salted(&mut self) {
        for (word, key) in self.words.iter_mut().zip(&self.schedules[0]) {
            *word ^= key;
        }
        let salt = self.schedules[1];
        let mut halves = [0; 2];
        for pair in 0..self.words.len() / 2 {
            let at = pair % 2 * 2;
            halves = self.encrypt([halves[0] ^ salt[at], halves[1] ^ salt[at + 1]]);
            self.words[2 * pair..][..2].copy_from_slice(&halves);
        }
    }

    /// Computes the output of a lane without rounds left, and wipes the lane.
    pub fn finish(&mut self) -> [u8; 24] {
        let mut output = *ORPHEAN;
        for block in output.as_chunks_mut::<8>().0 {
            let (halves, _) = block.as_chunks::<4>();
            let start = array::from_fn(|half| u32::from_be_bytes(halves[half]));
            let text = (0..64).fold(start, |halves, _| self.encrypt(halves));
            let [left, right] = text.map(u32::to_be_bytes);
            block[..4].copy_from_slice(&left);
            block[4..].copy_from_slice(&right);
        }
        self.wipe();
        output
    }

    fn encrypt(&self, [left, right]: [u32; 2]) -> [u32; 2] {
        let ([left], [right]) = encrypt(array::from_ref(self), [left], [right]);
        [left, right]
    }

    fn wipe(&mut self) {
        self.words.zeroize();
        self.schedules.zeroize();
    }
}

impl Drop for Lane {
    /// Covers a panic between start and finish, and the copies that swapping lanes left behind.
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Fills the subkeys' length with the bytes over and over, as big-endian words. In place, so that
/// no copy of the password is left on the stack.
fn repeat(bytes: impl Iterator<Item = u8> + Clone, words: &mut [u32; SUBKEYS]) {
    let mut bytes = bytes.cycle();
    for word in words {
        let four = bytes.by_ref().take(4);
        *word = four.fold(0, |word, byte| word << 8 | u32::from(byte));
    }
}
