//! Four 64-bit words at a time: in an AVX2 register where the processor has them, else in an array.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

use super::memory::Block;

pub(super) use portable::Portable;

/// Something to compute in registers.
pub(super) trait Task {
    fn run<V: Vector>(self, vector: V);
}

/// Computes with the best that this processor has.
pub(super) fn run(task: impl Task) {
    #[cfg(target_arch = "x86_64")]
    if let Some(avx2) = avx2::Avx2::detect() {
        return avx2.run(task);
    }
    task.run(Portable);
}

/// What Argon2 does with four words; every operation is on each word by itself, if not said otherwise.
pub(super) trait Vector: Copy {
    type Words: Copy;

    fn load(self, words: &[u64; 4]) -> Self::Words;
    fn store(self, words: Self::Words) -> [u64; 4];
    fn xor(self, left: Self::Words, right: Self::Words) -> Self::Words;
    /// The sum and twice the product of the lower halves.
    fn multiply_add(self, left: Self::Words, right: Self::Words) -> Self::Words;
    /// Rotates to the right.
    fn rotate32(self, words: Self::Words) -> Self::Words;
    fn rotate24(self, words: Self::Words) -> Self::Words;
    fn rotate16(self, words: Self::Words) -> Self::Words;
    fn rotate63(self, words: Self::Words) -> Self::Words;
    /// Moves words: `1 2 3 0`.
    fn turn1(self, words: Self::Words) -> Self::Words;
    /// Moves words: `2 3 0 1`.
    fn turn2(self, words: Self::Words) -> Self::Words;
    /// Moves words: `3 0 1 2`.
    fn turn3(self, words: Self::Words) -> Self::Words;
    /// Words 1 and 3 of `first` before words 0 and 2 of `second`: `f1 s0 f3 s2`.
    fn straddle(self, first: Self::Words, second: Self::Words) -> Self::Words;
    /// Asks for a block that will be read soon.
    fn prefetch(self, block: &Block);
}
