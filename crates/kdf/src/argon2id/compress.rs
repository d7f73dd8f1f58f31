//! Argon2's compression function (RFC 9106, 3.5 and 3.6): a block is a table of eight by eight pairs
//! of words; a permutation goes over its rows, then over its columns.
//!
//! The permutation is 16 words in four times four, each step waiting for the one before. Two of them
//! side by side keep the core busy where one would wait. Two rows are four registers each: a register
//! holds a quarter of one row. Two columns are eight registers together: a register holds a pair of
//! words of either column.

use super::QUADS;
use super::memory::Block;
use super::vector::Vector;

/// Two permutations side by side: `a0 a1 b0 b1 c0 c1 d0 d1`.
type Pair<W> = [W; 8];

/// A block that is being computed.
pub(super) struct Compression<V: Vector> {
    input: [V::Words; QUADS],
    rows: [V::Words; QUADS],
}

impl<V: Vector> Compression<V> {
    /// The first half: over the rows of two blocks' sum.
    #[inline(always)]
    pub(super) fn rows(vector: V, previous: &Block, reference: &Block) -> Self {
        let input = std::array::from_fn(|quad| vector.xor(vector.load(&previous[quad]), vector.load(&reference[quad])));
        let mut rows: [V::Words; QUADS] = input;
        for two in rows.as_chunks_mut::<8>().0 {
            let [a0, b0, c0, d0, a1, b1, c1, d1] = *two;
            let [a0, a1, b0, b1, c0, c1, d0, d1] = permute_rows(vector, [a0, a1, b0, b1, c0, c1, d0, d1]);
            *two = [a0, b0, c0, d0, a1, b1, c1, d1];
        }
        Self { input, rows }
    }

    /// A quarter of the second half: two of the eight columns. The result is added to what `output`
    /// held, or written over it.
    #[inline(always)]
    pub(super) fn columns(&self, vector: V, quarter: usize, output: &mut Block, add: bool) {
        let two = std::array::from_fn(|row| self.rows[4 * row + quarter]);
        for (row, words) in permute_columns(vector, two).into_iter().enumerate() {
            let quad = 4 * row + quarter;
            let mut words = vector.xor(words, self.input[quad]);
            if add {
                words = vector.xor(words, vector.load(&output[quad]));
            }
            output[quad] = vector.store(words);
        }
    }
}

/// A register is four words of one row: for the diagonals three quarters of the row turn against the
/// fourth, `b`, which is computed last and so stays where it is.
#[inline(always)]
fn permute_rows<V: Vector>(vector: V, two: Pair<V::Words>) -> Pair<V::Words> {
    let [a0, a1, b0, b1, c0, c1, d0, d1] = mix(vector, two);
    let turned = [
        vector.turn3(a0),
        vector.turn3(a1),
        b0,
        b1,
        vector.turn1(c0),
        vector.turn1(c1),
        vector.turn2(d0),
        vector.turn2(d1),
    ];
    let [a0, a1, b0, b1, c0, c1, d0, d1] = mix(vector, turned);
    [vector.turn1(a0), vector.turn1(a1), b0, b1, vector.turn3(c0), vector.turn3(c1), vector.turn2(d0), vector.turn2(d1)]
}

/// A register is two words of one column and two of the next: for the diagonals each column's `b` and
/// `d` move on by one word, its `c` by two, which is only another name.
#[inline(always)]
fn permute_columns<V: Vector>(vector: V, two: Pair<V::Words>) -> Pair<V::Words> {
    let [a0, a1, b0, b1, c0, c1, d0, d1] = mix(vector, two);
    let moved = [
        a0,
        a1,
        vector.straddle(b0, b1),
        vector.straddle(b1, b0),
        c1,
        c0,
        vector.straddle(d1, d0),
        vector.straddle(d0, d1),
    ];
    let [a0, a1, b0, b1, c1, c0, d0, d1] = mix(vector, moved);
    [a0, a1, vector.straddle(b1, b0), vector.straddle(b0, b1), c0, c1, vector.straddle(d0, d1), vector.straddle(d1, d0)]
}

/// RFC 9106's GB on eight registers.
#[inline(always)]
fn mix<V: Vector>(vector: V, two: Pair<V::Words>) -> Pair<V::Words> {
    let [a0, a1, b0, b1, c0, c1, d0, d1] = two;
    let (a0, a1) = (vector.multiply_add(a0, b0), vector.multiply_add(a1, b1));
    let (d0, d1) = (vector.rotate32(vector.xor(d0, a0)), vector.rotate32(vector.xor(d1, a1)));
    let (c0, c1) = (vector.multiply_add(c0, d0), vector.multiply_add(c1, d1));
    let (b0, b1) = (vector.rotate24(vector.xor(b0, c0)), vector.rotate24(vector.xor(b1, c1)));
    let (a0, a1) = (vector.multiply_add(a0, b0), vector.multiply_add(a1, b1));
    let (d0, d1) = (vector.rotate16(vector.xor(d0, a0)), vector.rotate16(vector.xor(d1, a1)));
    let (c0, c1) = (vector.multiply_add(c0, d0), vector.multiply_add(c1, d1));
    let (b0, b1) = (vector.rotate63(vector.xor(b0, c0)), vector.rotate63(vector.xor(b1, c1)));
    [a0, a1, b0, b1, c0, c1, d0, d1]
}
