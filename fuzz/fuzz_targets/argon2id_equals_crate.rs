//! Any password, salt and costs: our Argon2id must compute what the `argon2` crate computes, whatever
//! was computed before on the same memory.

#![no_main]

use argon2::{Algorithm, Argon2, Params, Version};
use libfuzzer_sys::fuzz_target;
use rekey_kdf::argon2id::Memory;

fuzz_target!(|jobs: Vec<(Vec<u8>, Vec<u8>, u8, u16, u8)>| {
    let mut memory = Memory::new();
    for (password, salt, passes, kibibytes, length) in jobs.iter().take(4) {
        // Beyond that only the run time grows.
        let (passes, kibibytes, length) = (u32::from(passes % 4), u32::from(kibibytes % 2048), usize::from(*length));
        let (mut ours, mut expected) = (vec![0; length], vec![0; length]);
        let computed = memory.argon2id(password, salt, passes, kibibytes, &mut ours);
        let params = Params::new(kibibytes, passes, 1, Some(length));
        let crate_computed = params.and_then(|params| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password, salt, &mut expected)
        });
        assert_eq!(computed.is_ok(), crate_computed.is_ok());
        assert_eq!(ours, expected);
    }
});
