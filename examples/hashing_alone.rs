//! What the hashing threads alone give: 64 computations in flight, no HTTP, no database. Successful
//! resets and sign-ins are measured against it (`make bench`), and as wrk counts them: what is not
//! done when the time is over is not counted.
//!
//! `cargo run --release --example hashing_alone SCHEME SECONDS`, where SCHEME is a bcrypt cost or
//! `argon2id13`

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rekey::domain::password_hash::Scheme;
use rekey::hashing::{Door, Hasher, Options};
use secrecy::SecretString;

/// As many as the load driver has connections.
const IN_FLIGHT: usize = 64;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let scheme = match arguments.next().as_deref() {
        Some("argon2id13") => Scheme::Argon2id13,
        Some(cost) => Scheme::Bcrypt { cost: cost.parse().expect("a bcrypt cost or argon2id13") },
        None => panic!("SCHEME SECONDS"),
    };
    let seconds = arguments.next().and_then(|text| text.parse().ok()).expect("SCHEME SECONDS");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let crypt_key = SecretString::from(String::new());
    let hasher = Hasher::start(&Options { threads, queue: IN_FLIGHT, nice: 12, scheme, crypt_key }).expect("threads");
    let rate = actix_web::rt::System::new().block_on(rate(&hasher, Duration::from_secs_f64(seconds)));
    println!("{rate:.1} hashes/s on {threads} threads");
}

async fn rate(hasher: &Hasher, time: Duration) -> f64 {
    let (begun, done) = (Instant::now(), Cell::new(0u32));
    join_all((0..IN_FLIGHT).map(|number| {
        let done = &done;
        async move {
            while begun.elapsed() < time {
                let password = SecretString::from("correct horse battery staple".to_owned());
                let place = hasher.admit(Door::Magento).expect("room in the line");
                hasher.hash(place, password, format!("{number:032}")).await.expect("a hash");
                done.set(done.get() + u32::from(begun.elapsed() < time));
            }
        }
    }))
    .await;
    f64::from(done.get()) / time.as_secs_f64()
}
