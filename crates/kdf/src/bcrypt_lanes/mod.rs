//! Bcrypt, up to four computations at a time on one thread, byte-equal to the `bcrypt` crate.
//!
//! # Why interleave
//!
//! A Blowfish round looks up four table entries whose addresses are bytes of the previous round's
//! result, and a bcrypt hash is one unbroken chain of such rounds. A core therefore spends about
//! twelve cycles on every round, mostly waiting for the level-1 cache with its issue slots empty.
//! No rewrite of a lone hash gets around this, but a second, unrelated hash ("lane") fits into the
//! gaps. The lanes take turns round by round and not hash by hash, because the gaps are only as
//! long as one round and the processor looks just a few hundred instructions ahead.
//!
//! # Why at most four
//!
//! * Issue width: a lane needs about 17 instructions per round, so that four lanes keep a six-wide
//!   core at five instructions per cycle. Measured, a fifth lane adds only 5 %.
//! * Registers: two halves per lane, the table base and the temporaries just fit the 16 of x86-64.
//! * Cache: a lane owns 4 KiB of S-boxes. Four are 17 KiB, which leaves half of a 32 KiB level-1
//!   cache to everything else; nothing is gained by overlapping lookups that miss it.
//!
//! Measured on Zen 3 against the crate: one lane 1.08 times its speed, two lanes 2.2, three lanes
//! 3.0, four lanes 3.5. Where another hardware thread loads the same core, three and four lanes
//! both drop to about 2.4: the idle issue slots that they live on are what that thread takes.
//! `cargo run --release --example hashing` repeats the measurement.

mod constants;
mod lane;
mod rounds;
mod text;

#[cfg(test)]
mod tests;

use std::array;
use std::cmp::Reverse;

use lane::Lane;

pub use text::{format, parse};

/// Most hashes computed at the same time on one thread.
pub const MAX_LANES: usize = 4;

/// One hash to compute.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The password without a terminating NUL, which is added here just as `bcrypt::hash` adds it.
    /// Bytes after the 72nd do not count; NUL bytes inside count like any other byte.
    pub password: &'a [u8],
    /// The raw salt.
    pub salt: [u8; 16],
    /// Binary logarithm of the number of rounds, at most 31. Stored hashes have 4 or more.
    pub cost: u32,
}

/// Computes the bcrypt hash of every input into the output at the same position.
///
/// The text form of a hash keeps the first 23 of the 24 bytes. Costs may differ: the costliest
/// inputs start first, and a lane whose hash is done takes the next input, so that a long hash
/// shares the core with several short ones.
///
/// All working memory that depends on a password is wiped before the call returns.
///
/// # Panics
///
/// If there are not as many outputs as inputs, or if a cost exceeds 31. Nothing is computed then.
pub fn bcrypt_many(inputs: &[Input<'_>], outputs: &mut [[u8; 24]]) {
    assert_eq!(inputs.len(), outputs.len(), "one output per input");
    assert!(inputs.iter().all(|input| input.cost < 32), "cost above 31");

    let mut order: Vec<usize> = (0..inputs.len()).collect();
    order.sort_by_key(|&job| Reverse(inputs[job].cost));
    let mut waiting = order.into_iter();

    let width = even_width(inputs.len());
    let mut lanes: [Lane; MAX_LANES] = array::from_fn(|_| Lane::idle());
    let mut busy = 0;
    loop {
        while busy < width
            && let Some(job) = waiting.next()
        {
            lanes[busy].start(job, &inputs[job]);
            busy += 1;
        }
        let Some(step) = lanes[..busy].iter().map(|lane| lane.left).min() else {
            return;
        };
        rounds::advance(&mut lanes[..busy], step);
        // From the back, so that the lane swapped in has been looked at already.
        for done in (0..busy).rev() {
            if lanes[done].left == 0 {
                outputs[lanes[done].job] = lanes[done].finish();
                busy -= 1;
                lanes.swap(done, busy);
            }
        }
    }
}

/// Lanes to use for `jobs` equal hashes: as few turns as four lanes allow, all of about one size.
///
/// Five hashes run as 3 + 2 and not as 4 + 1, since a lone lane takes almost as long as three.
fn even_width(jobs: usize) -> usize {
    let turns = jobs.div_ceil(MAX_LANES).max(1);
    jobs.div_ceil(turns)
}
