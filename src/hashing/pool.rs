//! A bounded queue before the hashing threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender, bounded};
use secrecy::SecretString;
use thread_priority::{ThreadPriority, set_current_thread_priority};
use tokio::sync::oneshot;

use super::bcrypt_lanes::MAX_LANES;
use super::compute::{Answer, Begun, Question, Worker, finish};
use crate::domain::password_hash::Scheme;

/// How much hashing is done at once.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads; as many as cores.
    pub threads: usize,
    /// Requests that may wait; one more is refused.
    pub queue: usize,
    /// For new passwords.
    pub scheme: Scheme,
    /// For hashes that are keyed with it.
    pub crypt_key: SecretString,
}

/// More hashing was asked for than may wait, or a computation failed.
#[derive(Debug, thiserror::Error)]
#[error("the hashing queue is full")]
pub struct Busy;

struct Task {
    question: Question,
    answer: oneshot::Sender<Answer>,
}

/// The way to the hashing threads.
pub struct Hasher {
    queue: Sender<Task>,
    scheme: Scheme,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(options: &Options) -> std::io::Result<Self> {
        let (queue, receiver) = bounded(options.queue);
        let threads = options.threads.max(1);
        for number in 0..threads {
            let receiver = receiver.clone();
            let worker = Worker::new(options.scheme, options.crypt_key.clone());
            std::thread::Builder::new()
                .name(format!("hashing-{number}"))
                .spawn(move || work(worker, &receiver, threads))?;
        }
        Ok(Self { queue, scheme: options.scheme })
    }

    /// The scheme for new passwords.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Hashes a new password; `salt` are 32 random alphanumeric characters.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn hash(&self, password: SecretString, salt: String) -> Result<String, Busy> {
        match self.ask(Question::Hash { password, salt }).await? {
            Answer::Hash(Some(hash)) => Ok(hash),
            Answer::Hash(None) | Answer::Verified(_) => Err(Busy),
        }
    }

    /// Whether `password` is the one behind `stored`.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(&self, stored: String, password: SecretString) -> Result<bool, Busy> {
        Ok(self.ask(Question::Verify { stored, password }).await? == Answer::Verified(true))
    }

    /// Takes as long as [`Hasher::verify`] takes for a password of today's scheme, and is never right.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify_nothing(&self, password: SecretString) -> Result<(), Busy> {
        self.verify(nobodys_hash(self.scheme), password).await.map(drop)
    }

    async fn ask(&self, question: Question) -> Result<Answer, Busy> {
        let (answer, result) = oneshot::channel();
        self.queue.try_send(Task { question, answer }).map_err(|_| Busy)?;
        result.await.map_err(|_| Busy)
    }
}

/// A hash in the scheme that new passwords take; no password is behind it.
fn nobodys_hash(scheme: Scheme) -> String {
    match scheme {
        Scheme::Bcrypt { cost } => format!("$2b${cost:02}$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232"),
        Scheme::Argon2id13 => format!("{}:{}:3_32_2_67108864", "0".repeat(64), "a".repeat(32)),
    }
}

fn work(mut worker: Worker, receiver: &Receiver<Task>, threads: usize) {
    // Needs no privilege; where the system refuses it, hashing is merely less polite.
    if let Err(error) = set_current_thread_priority(ThreadPriority::Min) {
        log::debug!("hashing threads keep their priority: {error:?}");
    }
    while let Ok(first) = receiver.recv() {
        let batch = batch(first, receiver, threads);
        if catch_unwind(AssertUnwindSafe(|| run(&mut worker, batch))).is_err() {
            log::error!("a password computation panicked");
        }
    }
}

/// This thread's share of what waits, at most as much as there are lanes: with a short queue each
/// request has a thread to itself, with a long one threads compute several together.
fn batch(first: Task, receiver: &Receiver<Task>, threads: usize) -> Vec<Task> {
    let share = (receiver.len() + 1).div_ceil(threads).min(MAX_LANES);
    std::iter::once(first).chain(receiver.try_iter().take(share - 1)).collect()
}

fn run(worker: &mut Worker, batch: Vec<Task>) {
    let (mut prepared, mut waiting) = (Vec::new(), Vec::new());
    // A dropped receiver is a client that hung up.
    for task in batch.into_iter().filter(|task| !task.answer.is_closed()) {
        match worker.begin(&task.question) {
            Begun::Done(answer) => drop(task.answer.send(answer)),
            Begun::Bcrypt(one) => {
                prepared.push(one);
                waiting.push(task.answer);
            }
        }
    }
    for (answer, waiting) in finish(&prepared).into_iter().zip(waiting) {
        drop(waiting.send(answer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(scheme: Scheme) -> Hasher {
        let crypt_key = SecretString::from(String::new());
        Hasher::start(&Options { threads: 1, queue: 64, scheme, crypt_key }).unwrap()
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn many_at_once_get_each_their_own_answer() {
        let hasher = hasher(Scheme::Bcrypt { cost: 4 });
        actix_web::rt::System::new().block_on(async {
            let asked = (0..20).map(|n| hasher.hash(secret(&format!("Password{n}")), format!("{n:032}")));
            for (n, hash) in futures_util::future::join_all(asked).await.into_iter().enumerate() {
                let hash = hash.unwrap();
                assert!(hasher.verify(hash.clone(), secret(&format!("Password{n}"))).await.unwrap());
                assert!(!hasher.verify(hash, secret("another")).await.unwrap());
            }
        });
    }

    #[test]
    fn nobodys_hash_is_computed_in_full() {
        for scheme in [Scheme::Bcrypt { cost: 4 }, Scheme::Argon2id13] {
            let mut worker = Worker::new(scheme, secret(""));
            let question = Question::Verify { stored: nobodys_hash(scheme), password: secret("x") };
            match worker.begin(&question) {
                Begun::Bcrypt(prepared) => assert_eq!(finish(&[prepared]), [Answer::Verified(false)]),
                Begun::Done(answer) => {
                    assert_eq!(scheme, Scheme::Argon2id13, "bcrypt is refused before it is computed");
                    assert_eq!(answer, Answer::Verified(false));
                }
            }
        }
    }
}
