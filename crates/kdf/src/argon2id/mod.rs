//! Argon2id (RFC 9106, version 1.3, one lane) as fast as a core gives it: about three times the
//! `argon2` crate's plain call and twice libsodium.
//!
//! Four things make the difference, each measured on Zen 3 at Magento's cost (64 MiB, two passes):
//!
//! * Memory that stays allocated ([`memory`]). Fresh memory is 16 384 page faults a hash, 40 of
//!   117 ms.
//! * Four words at a time in AVX2 registers, two permutations side by side ([`compress`],
//!   [`vector`]): what the compiler makes of scalar code takes half as long again, and only when
//!   the whole program is compiled for speed.
//! * Which block is needed next is known before a block is complete: it is computed in the order
//!   that tells first, and the next one is fetched meanwhile ([`fill`]).
//! * Pages of 2 MiB where the system has them: a block lies anywhere in the memory, so that nearly
//!   every one would miss the table of pages.
//!
//! The tests hold it against the `argon2` crate. Not in here: several lanes, Argon2i, Argon2d, keys:
//! no Magento writes them.

#![expect(clippy::inline_always, reason = "what is not inlined is not compiled for AVX2")]

mod blake2b;
mod compress;
mod fill;
mod memory;
mod vector;

use zeroize::Zeroizing;

use memory::Block;

pub use memory::Memory;

/// Words in a block, four at a time.
const QUADS: usize = 32;

/// What RFC 9106 allows at least.
const MIN_KIBIBYTES: u32 = 8;
const MIN_SALT: usize = 8;
const MIN_OUTPUT: usize = 4;

/// Why nothing was computed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No pass, or fewer than 8 KiB.
    #[error("Argon2id takes at least one pass over at least 8 KiB")]
    Costs,
    /// A salt, output or password of a length that Argon2 does not have.
    #[error("Argon2id takes a salt of 8 bytes or more and gives 4 bytes or more")]
    Length,
    /// The system has not as much memory to give.
    #[error("no memory for Argon2id")]
    OutOfMemory,
}

/// What a hash costs.
#[derive(Clone, Copy, Debug)]
struct Costs {
    passes: u32,
    kibibytes: u32,
}

impl Memory {
    /// Fills `output` with the Argon2id hash, version 1.3 and one degree of parallelism.
    ///
    /// # Errors
    ///
    /// If Argon2 does not know such costs or lengths, or if the memory cannot be had.
    pub fn argon2id(
        &mut self,
        password: &[u8],
        salt: &[u8],
        passes: u32,
        kibibytes: u32,
        output: &mut [u8],
    ) -> Result<(), Error> {
        if passes == 0 || kibibytes < MIN_KIBIBYTES {
            return Err(Error::Costs);
        }
        if salt.len() < MIN_SALT || output.len() < MIN_OUTPUT {
            return Err(Error::Length);
        }
        let costs = Costs { passes, kibibytes };
        let seed = Zeroizing::new(blake2b::seed(password, salt, costs, output.len()).ok_or(Error::Length)?);
        self.with_blocks(kibibytes, |blocks| {
            for (number, block) in (0..).zip(&mut blocks[..2]) {
                first(&seed, number, block);
            }
            fill::fill(blocks, passes);
            finish(blocks, output);
        })
    }
}

/// The first two blocks are digests of the seed.
fn first(seed: &[u8; blake2b::SEED], number: u32, block: &mut Block) {
    let mut bytes = Zeroizing::new([0; size_of::<Block>()]);
    blake2b::long(&[seed, &number.to_le_bytes(), &0u32.to_le_bytes()], bytes.as_mut_slice());
    let (words, _) = bytes.as_chunks();
    for (word, bytes) in block.as_flattened_mut().iter_mut().zip(words) {
        *word = u64::from_le_bytes(*bytes);
    }
}

/// The output is a digest of the last block.
fn finish(blocks: &[Block], output: &mut [u8]) {
    let last = blocks.last().expect("eight blocks or more");
    let mut bytes = Zeroizing::new([0; size_of::<Block>()]);
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(last.as_flattened()) {
        *bytes = word.to_le_bytes();
    }
    blake2b::long(&[bytes.as_slice()], output);
}

#[cfg(test)]
mod tests;
