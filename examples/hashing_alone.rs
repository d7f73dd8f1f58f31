//! What the hashing threads alone give: 64 computations in flight, no HTTP, no database. Successful
//! resets and sign-ins are measured against it (`make bench`).
//!
//! `cargo run --release --example hashing_alone SCHEME`, where SCHEME is a bcrypt cost or `argon2id13`; for each
//! line that it is sent it prints how many are done, until there are no more lines.

use std::io::BufRead;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::join_all;
use rekey::domain::password_hash::Scheme;
use rekey::hashing::{Door, Hasher, Options};
use secrecy::SecretString;

/// As many as the load driver has connections.
const IN_FLIGHT: usize = 64;

static DONE: AtomicU64 = AtomicU64::new(0);

fn main() {
    let scheme = match std::env::args().nth(1).as_deref() {
        Some("argon2id13") => Scheme::Argon2id13,
        Some(cost) => Scheme::Bcrypt { cost: cost.parse().expect("a bcrypt cost or argon2id13") },
        None => panic!("SCHEME"),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let crypt_key = SecretString::from(String::new());
    let hasher = Hasher::start(&Options { threads, queue: IN_FLIGHT, nice: 12, scheme, crypt_key }).expect("threads");
    std::thread::spawn(move || actix_web::rt::System::new().block_on(hash_on(&hasher)));
    for _ in std::io::stdin().lock().lines() {
        println!("{}", DONE.load(Ordering::Relaxed));
    }
}

async fn hash_on(hasher: &Hasher) {
    join_all((0..IN_FLIGHT).map(|number| async move {
        loop {
            let password = SecretString::from("correct horse battery staple".to_owned());
            let place = hasher.admit(Door::Magento).expect("room in the line");
            hasher.hash(place, password, format!("{number:032}")).await.expect("a hash");
            DONE.fetch_add(1, Ordering::Relaxed);
        }
    }))
    .await;
}
