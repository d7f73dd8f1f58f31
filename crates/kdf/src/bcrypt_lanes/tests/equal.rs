//! Equality with the `bcrypt` crate.

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use super::super::{Input, format, parse};
use super::many;

/// Holds the inputs, computed in one call, against the crate's text and, where that is cheap and
/// its raw function takes the password as it is, against all 24 bytes.
pub fn assert_equals_crate(inputs: &[Input<'_>]) {
    for (input, output) in inputs.iter().zip(many(inputs)) {
        let Input { password, salt, cost } = *input;
        let expected = bcrypt::hash_with_salt(password, cost, salt).unwrap().to_string();
        assert_eq!(format(cost, &salt, &output), expected, "{password:x?} {salt:x?}");
        assert_eq!(parse(&expected).unwrap().2, output[..23]);
        if cost == 4 && password.len() < 72 {
            let terminated = [password, b"\0"].concat();
            assert_eq!(output, bcrypt::bcrypt(cost, salt, &terminated));
        }
    }
}

/// Random passwords and salts for these password lengths and costs, all in one call.
fn assert_random(rng: &mut StdRng, jobs: impl IntoIterator<Item = (usize, u32)>) {
    let mut random = |(length, cost)| {
        let mut password = vec![0; length];
        rng.fill_bytes(&mut password);
        (password, rng.random(), cost)
    };
    let jobs: Vec<(Vec<u8>, [u8; 16], u32)> = jobs.into_iter().map(&mut random).collect();
    let inputs: Vec<_> =
        jobs.iter().map(|(password, salt, cost)| Input { password, salt: *salt, cost: *cost }).collect();
    assert_equals_crate(&inputs);
}

#[test]
fn every_password_length() {
    let lengths = (0..=80).chain([255, 256]);
    assert_random(&mut StdRng::seed_from_u64(1), lengths.map(|length| (length, 4)));
}

#[test]
fn passwords_with_nul_bytes() {
    let passwords: [&[u8]; 7] = [b"\0", b"\0\0\0", b"a\0", b"\0a", b"a\0b\0", &[0; 72], b"pass\0word with a tail"];
    assert_equals_crate(&passwords.map(|password| Input { password, salt: [7; 16], cost: 4 }));
}

#[test]
fn every_lane_count_at_every_cheap_cost() {
    let mut rng = StdRng::seed_from_u64(2);
    for lanes in 1..=4 {
        for cost in 4..=8 {
            assert_random(&mut rng, (0..lanes).map(|lane| (5 + 20 * lane, cost)));
        }
    }
}

#[test]
fn more_inputs_than_lanes() {
    let mut rng = StdRng::seed_from_u64(3);
    for inputs in 5..=13 {
        assert_random(&mut rng, (0..inputs).map(|length| (length, 4)));
    }
}

#[test]
fn mixed_costs() {
    let mut rng = StdRng::seed_from_u64(4);
    for inputs in 2..=9 {
        let costs: Vec<u32> = (0..inputs).map(|_| rng.random_range(4..=7)).collect();
        assert_random(&mut rng, costs.into_iter().map(|cost| (30, cost)));
    }
    assert_random(&mut rng, [(1, 4), (2, 5), (3, 6), (4, 7), (5, 8)]);
    assert_random(&mut rng, [(9, 8), (8, 4), (7, 4), (6, 4), (5, 4), (4, 4), (3, 4)]);
}

#[test]
fn high_costs() {
    let mut rng = StdRng::seed_from_u64(5);
    assert_random(&mut rng, (9..=14).map(|cost| (20, cost)));
    assert_random(&mut rng, [(10, 12), (10, 12), (10, 12), (10, 12)]);
}
