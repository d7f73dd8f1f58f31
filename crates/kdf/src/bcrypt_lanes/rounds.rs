//! The interleaved inner loops, where all the time goes.
//!
//! The shape matters more than it looks: variants with unrolled rounds, with one array per S-box
//! or with the two halves updated in alternation ran 10 to 20 % slower at four lanes, because they
//! made the compiler spill registers or put the subkey on the path from one round to the next.
//! Measure again after any change, also after one of the compiler.

use std::array;

use super::lane::{Lane, SUBKEYS, Words};

/// Does `rounds` rounds of every lane, together where there are several.
pub(super) fn advance(lanes: &mut [Lane], rounds: u64) {
    for lane in lanes.iter_mut() {
        lane.left -= rounds;
    }
    let (fours, rest) = lanes.as_chunks_mut::<4>();
    let (threes, rest) = rest.as_chunks_mut::<3>();
    let (twos, ones) = rest.as_chunks_mut::<2>();
    for group in fours {
        run(group, rounds);
    }
    for group in threes {
        run(group, rounds);
    }
    for group in twos {
        run(group, rounds);
    }
    for lane in ones {
        run(array::from_mut(lane), rounds);
    }
}

/// Not inlined: surrounding code would compete for the registers that the lanes need.
#[inline(never)]
fn run<const N: usize>(lanes: &mut [Lane; N], rounds: u64) {
    for _ in 0..rounds {
        for schedule in 0..2 {
            for lane in lanes.iter_mut() {
                for (word, mixed_in) in lane.words.iter_mut().zip(&lane.schedules[schedule]) {
                    *word ^= mixed_in;
                }
            }
            let mut left = [0; N];
            let mut right = [0; N];
            for pair in 0..lanes[0].words.len() / 2 {
                (left, right) = encrypt(lanes, left, right);
                for (lane, (left, right)) in lanes.iter_mut().zip(left.into_iter().zip(right)) {
                    lane.words[2 * pair] = left;
                    lane.words[2 * pair + 1] = right;
                }
            }
        }
    }
}

/// Encrypts one block per lane, the lanes taking turns round by round.
///
/// `ahead` is the half that the next round changes, its subkey already mixed in: the subkey must
/// not wait for the lookups, on which the next round's lookups depend.
#[expect(clippy::inline_always, reason = "the halves must stay in the caller's registers")]
#[inline(always)]
pub(super) fn encrypt<const N: usize>(lanes: &[Lane; N], left: [u32; N], right: [u32; N]) -> ([u32; N], [u32; N]) {
    let mut half: [u32; N] = array::from_fn(|k| left[k] ^ lanes[k].words[0]);
    let mut ahead: [u32; N] = array::from_fn(|k| right[k] ^ lanes[k].words[1]);
    for subkey in 2..SUBKEYS {
        for (k, lane) in lanes.iter().enumerate() {
            let next = ahead[k] ^ substitute(&lane.words, half[k]);
            ahead[k] = half[k] ^ lane.words[subkey];
            half[k] = next;
        }
    }
    (ahead, half)
}

/// Blowfish's round function. Byte-sized indices let the compiler drop the bounds checks.
#[expect(clippy::inline_always, reason = "called 16 times per block and lane")]
#[inline(always)]
fn substitute(words: &Words, half: u32) -> u32 {
    let sbox = |number: usize, shift: u32| {
        let [byte, ..] = (half >> shift).to_le_bytes();
        words[SUBKEYS + 256 * number + usize::from(byte)]
    };
    (sbox(0, 24).wrapping_add(sbox(1, 16)) ^ sbox(2, 8)).wrapping_add(sbox(3, 0))
}
