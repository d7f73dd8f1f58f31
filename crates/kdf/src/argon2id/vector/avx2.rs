//! In registers of 256 bits. `pulp` hands out its instructions to those who have asked the processor,
//! so that nothing here is `unsafe`.

use std::arch::x86_64::{__m256i, _MM_HINT_T0};

use pulp::x86::V3;

use super::{Block, Task, Vector};

/// A processor that has AVX2.
#[derive(Clone, Copy)]
pub(super) struct Avx2(V3);

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        V3::try_new().map(Self)
    }

    pub(super) fn run<T: Task>(self, task: T) {
        self.0.vectorize(Run(self, task));
    }

    /// Moves bytes within each word, the same in all four.
    #[inline(always)]
    fn bytes(self, words: __m256i, from: [u8; 8]) -> __m256i {
        let next = from.map(|byte| byte + 8);
        let map: __m256i = bytemuck::cast([from, next, from, next]);
        self.0.avx2._mm256_shuffle_epi8(words, map)
    }
}

struct Run<T>(Avx2, T);

impl<T: Task> pulp::NullaryFnOnce for Run<T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.1.run(self.0);
    }
}

impl Vector for Avx2 {
    type Words = __m256i;

    #[inline(always)]
    fn load(self, words: &[u64; 4]) -> __m256i {
        bytemuck::cast(*words)
    }

    #[inline(always)]
    fn store(self, words: __m256i) -> [u64; 4] {
        bytemuck::cast(words)
    }

    #[inline(always)]
    fn xor(self, left: __m256i, right: __m256i) -> __m256i {
        self.0.avx2._mm256_xor_si256(left, right)
    }

    #[inline(always)]
    fn multiply_add(self, left: __m256i, right: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        let product = avx2._mm256_mul_epu32(left, right);
        avx2._mm256_add_epi64(avx2._mm256_add_epi64(left, right), avx2._mm256_add_epi64(product, product))
    }

    #[inline(always)]
    fn rotate32(self, words: __m256i) -> __m256i {
        self.0.avx2._mm256_shuffle_epi32::<0b10_11_00_01>(words)
    }

    #[inline(always)]
    fn rotate24(self, words: __m256i) -> __m256i {
        self.bytes(words, [3, 4, 5, 6, 7, 0, 1, 2])
    }

    #[inline(always)]
    fn rotate16(self, words: __m256i) -> __m256i {
        self.bytes(words, [2, 3, 4, 5, 6, 7, 0, 1])
    }

    /// One to the left.
    #[inline(always)]
    fn rotate63(self, words: __m256i) -> __m256i {
        let avx2 = self.0.avx2;
        self.xor(avx2._mm256_srli_epi64::<63>(words), avx2._mm256_add_epi64(words, words))
    }

    #[inline(always)]
    fn turn1(self, words: __m256i) -> __m256i {
        self.0.avx2._mm256_permute4x64_epi64::<0b00_11_10_01>(words)
    }

    #[inline(always)]
    fn turn2(self, words: __m256i) -> __m256i {
        self.0.avx2._mm256_permute4x64_epi64::<0b01_00_11_10>(words)
    }

    #[inline(always)]
    fn turn3(self, words: __m256i) -> __m256i {
        self.0.avx2._mm256_permute4x64_epi64::<0b10_01_00_11>(words)
    }

    #[inline(always)]
    fn straddle(self, first: __m256i, second: __m256i) -> __m256i {
        self.0.avx2._mm256_alignr_epi8::<8>(second, first)
    }

    #[inline(always)]
    fn prefetch(self, block: &Block) {
        // Two quads are a line of the cache.
        for line in block.as_chunks::<2>().0 {
            self.0.sse._mm_prefetch::<_MM_HINT_T0>((&raw const *line).cast());
        }
    }
}
