//! The order in which blocks are computed (RFC 9106, 3.1.2, 3.4 and 3.1.5).
//!
//! Each block is computed from the one before and a second one. Which one that is, the block before
//! says in its first word, but for the first half of the first pass, where a counter says it, so that
//! the memory's addresses do not tell of the password.

use super::QUADS;
use super::blake2b::ARGON2ID;
use super::compress::Compression;
use super::memory::{Block, SLICES};
use super::vector::{self, Vector};

/// As many words as a block holds say where the next blocks' second inputs lie.
const WORDS: usize = 4 * QUADS;

const ZERO: Block = [[0; 4]; QUADS];

/// Computes all blocks but the first two, `passes` times over.
pub(super) fn fill(blocks: &mut [Block], passes: u32) {
    vector::run(Fill { blocks, passes });
}

pub(super) struct Fill<'memory> {
    pub(super) blocks: &'memory mut [Block],
    pub(super) passes: u32,
}

impl vector::Task for Fill<'_> {
    #[inline(always)]
    fn run<V: Vector>(self, vector: V) {
        for pass in 0..self.passes {
            for slice in 0..SLICES {
                let segment = Segment { pass, slice, blocks: self.blocks.len() };
                segment.fill(vector, self.blocks, self.passes);
            }
        }
    }
}

/// A quarter of one pass.
#[derive(Clone, Copy)]
struct Segment {
    pass: u32,
    slice: usize,
    /// In the whole memory.
    blocks: usize,
}

impl Segment {
    #[inline(always)]
    fn fill<V: Vector>(self, vector: V, blocks: &mut [Block], passes: u32) {
        let first = if self.pass == 0 && self.slice == 0 { 2 } else { 0 };
        let mut counter = (self.pass == 0 && self.slice < SLICES / 2).then(|| Counter::new(self, passes));
        let begin = self.slice * self.length() + first;
        let mut previous = begin.checked_sub(1).unwrap_or(self.blocks - 1);
        let mut word = blocks[previous][0][0];
        if let Some(counter) = &mut counter {
            word = counter.word(vector, first);
        }
        for index in first..self.length() {
            let (current, reference) = (self.slice * self.length() + index, self.reference(word, index));
            let half = Compression::rows(vector, &blocks[previous], &blocks[reference]);
            half.columns(vector, 0, &mut blocks[current], self.pass > 0);
            // The first word is complete and says which block comes next.
            word = match &mut counter {
                Some(counter) => counter.word(vector, index + 1),
                None => blocks[current][0][0],
            };
            vector.prefetch(&blocks[self.reference(word, index + 1)]);
            for quarter in 1..4 {
                half.columns(vector, quarter, &mut blocks[current], self.pass > 0);
            }
            previous = current;
        }
    }

    #[inline(always)]
    fn length(self) -> usize {
        self.blocks / SLICES
    }

    /// Which block `word` means: of those that are complete, but for the one before, the later ones
    /// more often.
    #[inline(always)]
    fn reference(self, word: u64, index: usize) -> usize {
        let (start, complete) = match (self.pass, self.slice) {
            (0, slice) => (0, slice * self.length() + index - 1),
            (_, slice) => ((slice + 1) * self.length(), self.blocks - self.length() + index - 1),
        };
        let square = (word & 0xffff_ffff).pow(2) >> 32;
        let position = start + complete - 1 - ((complete as u64 * square) >> 32) as usize;
        if position < self.blocks { position } else { position - self.blocks }
    }
}

/// Says where second inputs lie without looking at the memory.
struct Counter {
    input: Block,
    words: Block,
}

impl Counter {
    #[inline(always)]
    fn new(segment: Segment, passes: u32) -> Self {
        let mut input = ZERO;
        input[0] = [u64::from(segment.pass), 0, segment.slice as u64, segment.blocks as u64];
        input[1] = [u64::from(passes), u64::from(ARGON2ID), 0, 0];
        Self { input, words: ZERO }
    }

    /// The word for the block at `index`; they are asked for in turn.
    #[inline(always)]
    fn word<V: Vector>(&mut self, vector: V, index: usize) -> u64 {
        if index.is_multiple_of(WORDS) || self.input[1][2] == 0 {
            self.input[1][2] += 1;
            let once = compress(vector, &self.input);
            self.words = compress(vector, &once);
        }
        self.words.as_flattened()[index % WORDS]
    }
}

/// With nothing as the other block.
#[inline(always)]
fn compress<V: Vector>(vector: V, block: &Block) -> Block {
    let mut output = ZERO;
    let half = Compression::rows(vector, &ZERO, block);
    for quarter in 0..4 {
        half.columns(vector, quarter, &mut output, false);
    }
    output
}
