//! Any passwords and salts: the lanes must compute what the `bcrypt` crate computes.

#![no_main]

use rekey_kdf::bcrypt_lanes::{Input, bcrypt_many, format, parse};
use libfuzzer_sys::fuzz_target;

const COST: u32 = 4;

fuzz_target!(|jobs: Vec<(Vec<u8>, [u8; 16])>| {
    // Two turns of four lanes and one more; beyond that only the run time grows.
    let jobs = &jobs[..jobs.len().min(9)];
    let inputs: Vec<_> = jobs
        .iter()
        .map(|(password, salt)| Input { password, salt: *salt, cost: COST })
        .collect();
    let mut outputs = vec![[0; 24]; inputs.len()];
    bcrypt_many(&inputs, &mut outputs);
    for ((password, salt), output) in jobs.iter().zip(&outputs) {
        let expected = bcrypt::hash_with_salt(password, COST, *salt).expect("cost 4 is allowed");
        let text = format(COST, salt, output);
        assert_eq!(text, expected.to_string());
        assert_eq!(parse(&text).map(|(_, _, stored)| stored), output[..23].try_into().ok());
    }
});
