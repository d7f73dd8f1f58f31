//! A bounded queue before the hashing threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use secrecy::SecretString;
use thread_priority::{ThreadPriority, set_current_thread_priority};
use tokio::sync::oneshot;

use super::compute;
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

enum Task {
    Hash { password: SecretString, salt: String, answer: oneshot::Sender<Option<String>> },
    Verify { stored: String, password: SecretString, answer: oneshot::Sender<bool> },
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
        let options = Arc::new(options.clone());
        for number in 0..options.threads.max(1) {
            let (options, receiver) = (options.clone(), receiver.clone());
            std::thread::Builder::new().name(format!("hashing-{number}")).spawn(move || work(&options, &receiver))?;
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
        let (answer, result) = oneshot::channel();
        self.queue.try_send(Task::Hash { password, salt, answer }).map_err(|_| Busy)?;
        result.await.ok().flatten().ok_or(Busy)
    }

    /// Whether `password` is the one behind `stored`.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(&self, stored: String, password: SecretString) -> Result<bool, Busy> {
        let (answer, result) = oneshot::channel();
        self.queue.try_send(Task::Verify { stored, password, answer }).map_err(|_| Busy)?;
        result.await.map_err(|_| Busy)
    }

    /// Takes as long as [`Hasher::verify`] takes for a password of today's scheme, and is never right.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify_nothing(&self, password: SecretString) -> Result<(), Busy> {
        self.verify(nobodys_hash(self.scheme), password).await.map(drop)
    }
}

/// A hash in the scheme that new passwords take; no password is behind it.
fn nobodys_hash(scheme: Scheme) -> String {
    match scheme {
        Scheme::Bcrypt { cost } => format!("$2b${cost:02}$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232"),
        Scheme::Argon2id13 => format!("{}:{}:3_32_2_67108864", "0".repeat(64), "a".repeat(32)),
    }
}

fn work(options: &Options, receiver: &Receiver<Task>) {
    // Needs no privilege; where the system refuses it, hashing is merely less polite.
    if let Err(error) = set_current_thread_priority(ThreadPriority::Min) {
        log::debug!("hashing threads keep their priority: {error:?}");
    }
    while let Ok(task) = receiver.recv() {
        if catch_unwind(AssertUnwindSafe(|| run(options, task))).is_err() {
            log::error!("a password computation panicked");
        }
    }
}

fn run(options: &Options, task: Task) {
    // A dropped receiver is a client that hung up.
    match task {
        Task::Hash { password, salt, answer } if !answer.is_closed() => {
            let _ = answer.send(compute::hash(options.scheme, &password, &salt));
        }
        Task::Verify { stored, password, answer } if !answer.is_closed() => {
            let _ = answer.send(compute::verify(&stored, &password, &options.crypt_key));
        }
        Task::Hash { .. } | Task::Verify { .. } => {}
    }
}
