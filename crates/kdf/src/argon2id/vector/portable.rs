//! For processors without AVX2.

use super::{Block, Vector};

#[derive(Clone, Copy)]
pub(in crate::argon2id) struct Portable;

impl Vector for Portable {
    type Words = [u64; 4];

    #[inline(always)]
    fn load(self, words: &[u64; 4]) -> [u64; 4] {
        *words
    }

    #[inline(always)]
    fn store(self, words: [u64; 4]) -> [u64; 4] {
        words
    }

    #[inline(always)]
    fn xor(self, left: [u64; 4], right: [u64; 4]) -> [u64; 4] {
        std::array::from_fn(|word| left[word] ^ right[word])
    }

    #[inline(always)]
    fn multiply_add(self, left: [u64; 4], right: [u64; 4]) -> [u64; 4] {
        let low = |word: u64| word & 0xffff_ffff;
        std::array::from_fn(|word| {
            let product = low(left[word]) * low(right[word]);
            left[word].wrapping_add(right[word]).wrapping_add(product << 1)
        })
    }

    #[inline(always)]
    fn rotate32(self, words: [u64; 4]) -> [u64; 4] {
        words.map(|word| word.rotate_right(32))
    }

    #[inline(always)]
    fn rotate24(self, words: [u64; 4]) -> [u64; 4] {
        words.map(|word| word.rotate_right(24))
    }

    #[inline(always)]
    fn rotate16(self, words: [u64; 4]) -> [u64; 4] {
        words.map(|word| word.rotate_right(16))
    }

    #[inline(always)]
    fn rotate63(self, words: [u64; 4]) -> [u64; 4] {
        words.map(|word| word.rotate_right(63))
    }

    #[inline(always)]
    fn turn1(self, [a, b, c, d]: [u64; 4]) -> [u64; 4] {
        [b, c, d, a]
    }

    #[inline(always)]
    fn turn2(self, [a, b, c, d]: [u64; 4]) -> [u64; 4] {
        [c, d, a, b]
    }

    #[inline(always)]
    fn turn3(self, [a, b, c, d]: [u64; 4]) -> [u64; 4] {
        [d, a, b, c]
    }

    #[inline(always)]
    fn straddle(self, first: [u64; 4], second: [u64; 4]) -> [u64; 4] {
        [first[1], second[0], first[3], second[2]]
    }

    /// The processor finds its own way.
    #[inline(always)]
    fn prefetch(self, _: &Block) {}
}
