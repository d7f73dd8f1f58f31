//! Hashes per second on one core: the `bcrypt` crate against 1 to 4 lanes, and the `argon2`
//! crate's plain call against ours.
//!
//! The contestants take turns in one run. A neighbour on the same core slows the lanes more than
//! the crate, as they use the core fully, so that the best turn is printed next to the median: it
//! shows the core undisturbed.
//!
//! `taskset -c 3 cargo run --release --example hashing [turns]`

use std::hint::black_box;
use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};
use rekey_kdf::argon2id::Memory;
use rekey_kdf::bcrypt_lanes::{Input, MAX_LANES, bcrypt_many};

const COST: u32 = 10;

fn main() {
    let turns = std::env::args().nth(1).and_then(|turns| turns.parse().ok()).unwrap_or(21);
    bcrypt(turns);
    argon2id(turns);
}

/// Hashes per second of one call that computes `hashes` of them.
fn rate(hashes: u32, call: impl FnOnce()) -> f64 {
    let start = Instant::now();
    call();
    f64::from(hashes) / start.elapsed().as_secs_f64()
}

fn bcrypt(turns: usize) {
    let terminated = b"correct horse battery staple\0";
    let password: &[u8] = &terminated[..28];
    let inputs = [1, 2, 3, 4].map(|byte| Input { password, salt: [byte; 16], cost: COST });
    let mut rates = vec![Vec::new(); 1 + MAX_LANES];
    for _ in 0..turns {
        rates[0].push(rate(1, || {
            black_box(bcrypt::bcrypt(COST, [1; 16], black_box(terminated)));
        }));
        for (lanes, rates) in (1..).zip(&mut rates[1..]) {
            let inputs = &inputs[..lanes];
            let mut outputs = vec![[0; 24]; lanes];
            rates.push(rate(inputs.iter().map(|_| 1).sum(), || {
                bcrypt_many(black_box(inputs), &mut outputs);
            }));
            black_box(outputs);
        }
    }
    let title = format!("bcrypt, cost {COST}");
    report(&title, &["crate", "1 lane", "2 lanes", "3 lanes", "4 lanes"], &rates);
}

fn argon2id(turns: usize) {
    let (password, salt, mut output) = (b"correct horse", b"battery and a staple", [0; 32]);
    let mut memory = Memory::new();
    let mut rates = vec![Vec::new(); 2];
    for _ in 0..turns {
        rates[0].push(rate(1, || {
            let params = Params::new(65536, 2, 1, Some(32)).expect("valid costs");
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(black_box(password), salt, &mut output)
                .expect("valid lengths");
        }));
        rates[1].push(rate(1, || {
            memory.argon2id(black_box(password), salt, 2, 65536, &mut output).expect("valid");
        }));
    }
    report("Argon2id, t=2 m=65536 p=1", &["plain call", "ours, wiped"], &rates);
}

/// Compares with the first line; the medians' ratio is that of the turns, not of the medians.
fn report(title: &str, names: &[&str], rates: &[Vec<f64>]) {
    println!("{title:<26}   median           best");
    for (name, own) in names.iter().zip(rates) {
        let ratios = own.iter().zip(&rates[0]).map(|(own, base)| own / base).collect();
        let best = |rates: &Vec<f64>| rates.iter().copied().fold(0.0, f64::max);
        println!(
            "  {name:<22} {:7.2}/s {:.2}x  {:7.2}/s {:.2}x",
            median(own.clone()),
            median(ratios),
            best(own),
            best(own) / best(&rates[0]),
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
