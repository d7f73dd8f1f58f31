//! The hashing threads, and the way to them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use prometheus_client::registry::Registry;
use rekey_kdf::bcrypt_lanes::MAX_LANES;
use secrecy::SecretString;
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};
use tokio::sync::oneshot;

use super::compute::{Answer, Begun, Question, Worker, finish};
use super::metrics::Metrics;
use super::queue::{Door, Place, Queue, Taker, queue};
use crate::domain::password_hash::Scheme;

/// How much hashing is done at once.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads; as many as cores.
    pub threads: usize,
    /// Requests that may wait at each door; one more is refused.
    pub queue: usize,
    /// How far below everything else the threads stand, 0 to 19, as in `nice`.
    pub nice: u8,
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
    door: Door,
    put: Instant,
}

/// The way to the hashing threads.
pub struct Hasher {
    queue: Queue<Task>,
    metrics: Metrics,
    scheme: Scheme,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(options: &Options) -> std::io::Result<Self> {
        let (queue, taker) = queue(options.queue);
        let metrics = Metrics::new();
        for number in 0..options.threads.max(1) {
            let mut thread = Thread {
                taker: taker.clone(),
                worker: Worker::new(options.scheme, options.crypt_key.clone()),
                metrics: metrics.clone(),
                threads: options.threads.max(1),
                most: most_at_once(options.scheme),
            };
            let nice = options.nice;
            std::thread::Builder::new().name(format!("hashing-{number}")).spawn(move || thread.work(nice))?;
        }
        Ok(Self { queue, metrics, scheme: options.scheme })
    }

    /// Adds the waiting times to what is measured.
    pub fn register(&self, registry: &mut Registry) {
        self.metrics.register(registry);
    }

    /// The scheme for new passwords.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Turns a request away before anything is done for it, when there is no room: beyond capacity every
    /// look into the database is taken from the hashes that are owed.
    ///
    /// # Errors
    /// [`Busy`].
    pub fn admit(&self, door: Door) -> Result<Place<'_>, Busy> {
        self.queue.admit(door).ok_or_else(|| self.refused(door))
    }

    /// How long computations for a door wait for a thread at present: as long as the last one did, or not at all when
    /// none waits.
    #[must_use]
    pub fn delay(&self, door: Door) -> Duration {
        if self.queue.is_empty(door) { Duration::ZERO } else { self.metrics.last_wait(door) }
    }

    /// Hashes a new password; `salt` are 32 random alphanumeric characters.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn hash(&self, place: Place<'_>, password: SecretString, salt: String) -> Result<String, Busy> {
        match self.ask(place, Question::Hash { password, salt }).await? {
            Answer::Hash(Some(hash)) => Ok(hash),
            Answer::Hash(None) | Answer::Verified(_) => Err(Busy),
        }
    }

    /// Whether `password` is the one behind `stored`.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify(&self, place: Place<'_>, stored: String, password: SecretString) -> Result<bool, Busy> {
        Ok(self.ask(place, Question::Verify { stored, password }).await? == Answer::Verified(true))
    }

    /// Takes as long as [`Hasher::verify`] takes for a password of today's scheme, and is never right.
    ///
    /// # Errors
    /// [`Busy`].
    pub async fn verify_nothing(&self, place: Place<'_>, password: SecretString) -> Result<(), Busy> {
        self.verify(place, nobodys_hash(self.scheme), password).await.map(drop)
    }

    async fn ask(&self, place: Place<'_>, question: Question) -> Result<Answer, Busy> {
        let (answer, result) = oneshot::channel();
        let task = Task { question, answer, door: place.door, put: Instant::now() };
        self.queue.put(&place, task).map_err(|_| self.refused(place.door))?;
        drop(place);
        result.await.map_err(|_| Busy)
    }

    fn refused(&self, door: Door) -> Busy {
        self.metrics.refused(door);
        Busy
    }
}

/// A hash in the scheme that new passwords take; no password is behind it.
fn nobodys_hash(scheme: Scheme) -> String {
    match scheme {
        Scheme::Bcrypt { cost } => format!("$2b${cost:02}$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232"),
        Scheme::Argon2id13 => format!("{}:{}:3_32_2_67108864", "0".repeat(64), "a".repeat(32)),
    }
}

/// There are no lanes for Argon2id: a second one would only wait for the first, kept from another thread.
fn most_at_once(scheme: Scheme) -> usize {
    match scheme {
        Scheme::Bcrypt { .. } => MAX_LANES,
        Scheme::Argon2id13 => 1,
    }
}

/// What a hashing thread has.
struct Thread {
    taker: Taker<Task>,
    worker: Worker,
    metrics: Metrics,
    threads: usize,
    most: usize,
}

impl Thread {
    fn work(&mut self, nice: u8) {
        // Needs no privilege; where the system refuses it, hashing is merely less polite.
        if let Err(error) = set_current_thread_priority(priority(nice)) {
            log::debug!("hashing threads keep their priority: {error:?}");
        }
        while let Some(first) = self.taker.take() {
            let batch = self.batch(first);
            if catch_unwind(AssertUnwindSafe(|| self.run(batch))).is_err() {
                log::error!("a password computation panicked");
            }
        }
    }

    /// This thread's share of what waits, at most as much as there are lanes: with a short queue each
    /// request has a thread to itself, with a long one threads compute several together.
    fn batch(&mut self, first: Task) -> Vec<Task> {
        let share = (self.taker.len() + 1).div_ceil(self.threads).min(self.most);
        let mut batch = vec![first];
        while batch.len() < share
            && let Some(task) = self.taker.try_take()
        {
            batch.push(task);
        }
        batch
    }

    fn run(&mut self, batch: Vec<Task>) {
        let (mut prepared, mut waiting) = (Vec::new(), Vec::new());
        // A dropped receiver is a client that hung up.
        for task in batch.into_iter().filter(|task| !task.answer.is_closed()) {
            self.metrics.waited(task.door, task.put.elapsed());
            match self.worker.begin(&task.question) {
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
}

/// The crate's scale has 0 for the lowest (nice 19) and 99 for the highest (nice -20).
fn priority(nice: u8) -> ThreadPriority {
    let above_lowest = 19u8.saturating_sub(nice);
    // The middle of the values that the crate rounds to this niceness.
    let value = (2 * u16::from(above_lowest)).saturating_sub(1) * 99 / 78;
    u8::try_from(value)
        .ok()
        .and_then(|value| ThreadPriorityValue::try_from(value).ok())
        .map_or(ThreadPriority::Min, ThreadPriority::Crossplatform)
}

#[cfg(test)]
mod tests {
    use thread_priority::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};

    use super::*;

    fn hasher(scheme: Scheme) -> Hasher {
        let crypt_key = SecretString::from(String::new());
        Hasher::start(&Options { threads: 1, queue: 64, nice: 19, scheme, crypt_key }).unwrap()
    }

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn many_at_once_get_each_their_own_answer() {
        let hasher = hasher(Scheme::Bcrypt { cost: 4 });
        let place = || hasher.admit(Door::Magento).unwrap();
        actix_web::rt::System::new().block_on(async {
            let asked = (0..20).map(|n| hasher.hash(place(), secret(&format!("Password{n}")), format!("{n:032}")));
            for (n, hash) in futures_util::future::join_all(asked).await.into_iter().enumerate() {
                let hash = hash.unwrap();
                assert!(hasher.verify(place(), hash.clone(), secret(&format!("Password{n}"))).await.unwrap());
                assert!(!hasher.verify(place(), hash, secret("another")).await.unwrap());
            }
        });
    }

    #[test]
    fn there_is_a_delay_while_some_wait() {
        let hasher = hasher(Scheme::Bcrypt { cost: 6 });
        assert_eq!(hasher.delay(Door::Magento), Duration::ZERO);
        actix_web::rt::System::new().block_on(async {
            let place = || hasher.admit(Door::Magento).unwrap();
            let asked = (0..64).map(|n| hasher.hash(place(), secret("Password"), format!("{n:032}")));
            let noticed = async {
                while hasher.delay(Door::Magento).is_zero() {
                    tokio::task::yield_now().await;
                }
            };
            let patience = Duration::from_secs(30);
            let noticed = tokio::time::timeout(patience, noticed);
            let (answers, noticed) = futures_util::join!(futures_util::future::join_all(asked), noticed);
            assert!(noticed.is_ok() && answers.iter().all(Result::is_ok));
        });
        assert_eq!(hasher.delay(Door::Magento), Duration::ZERO);
    }

    #[test]
    fn the_scale_of_the_crate_gives_the_niceness_that_was_asked_for() {
        let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
        for nice in 0..=19 {
            assert_eq!(priority(nice).to_posix(policy).unwrap(), i32::from(nice));
        }
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
