//! Held against the `argon2` crate.

use argon2::{Algorithm, Argon2, Params, Version};

use super::vector::Task;
use super::*;

fn plain(password: &[u8], salt: &[u8], passes: u32, kibibytes: u32, length: usize) -> Vec<u8> {
    let params = Params::new(kibibytes, passes, 1, Some(length)).unwrap();
    let mut output = vec![0; length];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password, salt, &mut output).unwrap();
    output
}

#[test]
fn reference_vector() {
    let mut output = [0; 32];
    let mut memory = Memory::new();
    memory.argon2id(b"password", b"somesalt", 2, 65536, &mut output).unwrap();
    let (head, _) = output.as_chunks::<8>();
    let expected = [0x0931_6115_d5cf_24ed, 0x5a15_a31a_3ba3_26e5, 0xcf32_edc2_4702_987c, 0x02b6_566f_6191_3cf7];
    assert_eq!(head, expected.map(u64::to_be_bytes));
}

#[test]
fn equals_the_plain_call_whatever_was_hashed_before() {
    let mut memory = Memory::new();
    for (passes, kibibytes, length) in
        [(1, 8, 4), (3, 4096, 64), (2, 1000, 32), (1, 8, 100), (4, 5003, 16), (2, 4096, 32), (1, 515, 65)]
    {
        let mut ours = vec![0; length];
        memory.argon2id(b"secret", b"pepper and salt", passes, kibibytes, &mut ours).unwrap();
        let plain = plain(b"secret", b"pepper and salt", passes, kibibytes, length);
        assert_eq!(ours, plain, "t={passes} m={kibibytes} length={length}");
        assert!(memory.blocks().as_flattened().as_flattened().iter().all(|&word| word == 0), "not wiped");
    }
    assert_eq!(memory.blocks().len(), 5003 / 4 * 4);
}

#[test]
fn equals_the_plain_call_for_every_length() {
    let mut memory = Memory::new();
    for (length, kibibytes) in (0..=256).zip(8..) {
        let (password, salt) = (vec![b'p'; length], vec![b's'; 8 + length]);
        let mut ours = vec![0; 4 + length];
        memory.argon2id(&password, &salt, 1, kibibytes, &mut ours).unwrap();
        assert_eq!(ours, plain(&password, &salt, 1, kibibytes, 4 + length), "{length}");
    }
}

#[test]
fn equals_the_plain_call_for_every_size() {
    let mut memory = Memory::new();
    for kibibytes in (8..=1200).step_by(7) {
        let mut ours = [0; 32];
        memory.argon2id(b"secret", b"pepper and salt", 2, kibibytes, &mut ours).unwrap();
        assert_eq!(ours[..], plain(b"secret", b"pepper and salt", 2, kibibytes, 32), "{kibibytes}");
    }
}

/// Whatever this machine has, the other way is tried as well.
#[test]
fn without_wide_registers_it_is_the_same() {
    let mut blocks = vec![[[0; 4]; QUADS]; 1024];
    for (word, value) in blocks[..2].as_flattened_mut().as_flattened_mut().iter_mut().zip(0..) {
        *word = u64::wrapping_mul(value, 0x9e37_79b9_7f4a_7c15);
    }
    let mut portable = blocks.clone();
    fill::fill(&mut blocks, 3);
    fill::Fill { blocks: &mut portable, passes: 3 }.run(vector::Portable);
    assert!(blocks == portable && blocks[1023] != [[0; 4]; QUADS]);
}

#[test]
fn refuses_what_argon2_does_not_have() {
    let mut memory = Memory::new();
    let mut output = [0; 32];
    assert_eq!(memory.argon2id(b"", b"somesalt", 0, 64, &mut output), Err(Error::Costs));
    assert_eq!(memory.argon2id(b"", b"somesalt", 1, 7, &mut output), Err(Error::Costs));
    assert_eq!(memory.argon2id(b"", b"short", 1, 64, &mut output), Err(Error::Length));
    assert_eq!(memory.argon2id(b"", b"somesalt", 1, 64, &mut []), Err(Error::Length));
    assert!(memory.argon2id(b"", b"somesalt", 1, 64, &mut output).is_ok());
}
