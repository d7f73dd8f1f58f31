//! The thread that empties the outbox.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::NaiveDateTime;
use futures_util::future::join_all;
use tokio::sync::Notify;

use super::Destination;
use super::delivery::Delivery;
use super::transport::Transport;
use crate::domain::crypt_key::{CryptKey, hex};
use crate::storage::{Storage, StorageError, outbox};
use crate::system::{Clock, Random};

/// How many mails are under way at once.
const AT_ONCE: i64 = 8;

/// The least pause between two looks at the outbox.
const LEAST: Duration = Duration::from_millis(20);

/// How the courier works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where mails go.
    pub destination: Destination,
    /// A folder whose templates stand over the embedded ones.
    pub templates: Option<PathBuf>,
    /// How often the outbox is looked at when nobody wakes the courier.
    pub poll: Duration,
    /// How long connecting to the mail server may take, and sending a mail after it.
    pub timeout: Duration,
    /// How long sending a mail is tried.
    pub give_up_after: Duration,
    /// How long a mail that was taken is left to its courier, beyond what sending it may take (twice
    /// the timeout). What a killed process had in hand is sent by another, or after its restart, when
    /// this is over.
    pub lease: Duration,
}

/// What the courier works with.
pub struct Parts {
    /// The outbox's.
    pub storage: Arc<Storage>,
    /// Opens the letters.
    pub crypt_key: Arc<CryptKey>,
    /// Says what is due.
    pub clock: Arc<dyn Clock>,
    /// Makes names of claims.
    pub random: Arc<dyn Random>,
    /// The operator's settings.
    pub options: Options,
}

/// Sends what is in the outbox.
pub struct Courier {
    parts: Arc<Parts>,
    signal: Arc<Signal>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Signal {
    wake: Notify,
    stopping: AtomicBool,
}

impl Courier {
    /// A courier that does nothing until it is started: a command that looks at the queue sends none
    /// of it.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts: Arc::new(parts), signal: Arc::default(), thread: Mutex::default() }
    }

    /// Starts the thread; a second time does nothing.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn start(&self) -> std::io::Result<()> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_some() {
            return Ok(());
        }
        // A runtime of its own: a mail server that hangs holds up no request.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (parts, signal) = (self.parts.clone(), self.signal.clone());
        let started = std::thread::Builder::new().name("courier".into());
        *thread = Some(started.spawn(move || runtime.block_on(work(&parts, &signal)))?);
        Ok(())
    }

    /// Tells it that there is something to do.
    pub fn wake(&self) {
        self.signal.wake.notify_one();
    }

    /// Ends the thread when the mails in hand are sent or have failed, and waits for that: with a mail
    /// server that hangs, twice `mail.timeout`.
    pub fn stop(&self) {
        self.signal.stopping.store(true, Ordering::Release);
        self.wake();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            log::error!("the courier had panicked");
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn work(parts: &Parts, signal: &Signal) {
    let transport = Transport::new(&parts.options.destination, parts.options.timeout);
    while !signal.stopping.load(Ordering::Acquire) {
        let pause = match round(parts, &transport).await {
            Ok(None) => continue,
            Ok(Some(pause)) => pause.clamp(LEAST, parts.options.poll.max(LEAST)),
            Err(error) => {
                log::warn!("the outbox cannot be read: {error}");
                parts.options.poll.max(Duration::from_secs(1))
            }
        };
        // Woken or not, the outbox is looked at.
        let _ = tokio::time::timeout(pause, signal.wake.notified()).await;
    }
    transport.close().await;
}

/// Sends what is due; answers how long nothing is, or nothing when there was something.
async fn round(parts: &Parts, transport: &Transport) -> Result<Option<Duration>, StorageError> {
    let now = parts.clock.now();
    let Some(due) = parts.storage.read(outbox::next_due).await? else { return Ok(Some(Duration::MAX)) };
    if due > now {
        return Ok(Some((due - now).to_std().unwrap_or_default()));
    }
    let claim = claim_name(parts);
    let mails = take(parts, &claim, now).await?;
    if mails.is_empty() {
        return Ok(Some(LEAST));
    }
    let delivery = Delivery { parts, transport, claim: &claim };
    join_all(mails.into_iter().map(|mail| delivery.deliver(mail))).await;
    Ok(None)
}

async fn take(parts: &Parts, claim: &str, now: NaiveDateTime) -> Result<Vec<outbox::Mail>, StorageError> {
    let claim = claim.to_owned();
    let until = now + parts.options.lease + 2 * parts.options.timeout;
    parts.storage.write(move |db| outbox::claim(db, &claim, now, until, AT_ONCE)).await
}

fn claim_name(parts: &Parts) -> String {
    let mut bytes = [0; 16];
    parts.random.fill(&mut bytes);
    hex(&bytes)
}
