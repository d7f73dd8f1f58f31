//! A bounded queue before a fixed set of database threads.
//!
//! Measured: fixed threads beat actix's blocking pool (43 k against 33 k requests a second) and an
//! async pool gains nothing over them.
//!
//! Where few jobs come, few threads should do them: code and data that another thread has just used are
//! near, here and in the server. So some threads only come when a caller has waited for a while.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Select, Sender, TrySendError, bounded};
use tokio::sync::oneshot::{self, error::RecvError};

use super::errors::StorageError;
use super::manager::Manager;

pub(super) type Pool = r2d2::Pool<Manager>;
pub(super) type Task = Box<dyn FnOnce(&Pool) + Send>;

/// How long a thread waits for a connection: longer than a reconnect, shorter than a client's patience.
const CONNECTION_WAIT: Duration = Duration::from_secs(2);

/// How long a caller waits before another thread is called to help: longer than a write takes on a
/// server that is near, shorter than anybody notices.
const PATIENCE: Duration = Duration::from_millis(5);

pub(super) struct Threads {
    queue: Sender<Task>,
    /// The queue's other end.
    jobs: Receiver<Task>,
    /// Calls a thread that is not always there, where there are such threads.
    help: Option<Sender<()>>,
    crew: Crew,
}

/// How many threads.
#[derive(Clone, Copy)]
pub(super) struct Crew {
    /// Those that take each job as it comes.
    pub(super) regulars: usize,
    /// Those that come when a caller has waited for [`PATIENCE`], and stay until the queue is empty.
    pub(super) helpers: usize,
}

impl Threads {
    pub(super) fn start(name: &str, manager: Manager, crew: Crew, queue: usize) -> Result<Self, StorageError> {
        let count = crew.regulars + crew.helpers;
        let pool = r2d2::Pool::builder()
            .max_size(u32::try_from(count).unwrap_or(u32::MAX))
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_WAIT)
            .max_lifetime(None)
            .idle_timeout(None)
            .thread_pool(Arc::new(r2d2_workers()))
            .error_handler(Box::new(Quiet))
            .build(manager)
            .map_err(|error| StorageError::Broken(error.to_string()))?;
        let (sender, receiver) = bounded::<Task>(queue);
        let (help, calls) = bounded::<()>(crew.helpers);
        for number in 0..count {
            let (pool, receiver, calls) = (pool.clone(), receiver.clone(), calls.clone());
            let is_regular = number < crew.regulars;
            let thread =
                move || if is_regular { work(&pool, arrivals(&receiver)) } else { assist(&pool, &receiver, &calls) };
            std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(thread)
                .map_err(|error| StorageError::Broken(error.to_string()))?;
        }
        Ok(Self { queue: sender, jobs: receiver, help: (crew.helpers > 0).then_some(help), crew })
    }

    /// How many threads there are.
    pub(super) fn crew(&self) -> Crew {
        self.crew
    }

    /// Whether jobs wait for a thread.
    pub(super) fn has_jobs(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Puts a job into the queue and waits for its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        timeout: Duration,
        job: impl FnOnce(&Pool) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let (sender, receiver) = oneshot::channel();
        let task: Task = Box::new(move |pool| {
            // Nobody may wait any more: a client that hung up does not undo the job.
            let _ = sender.send(job(pool));
        });
        self.offer(task).map_err(|_| StorageError::Busy("its queue is full"))?;
        self.wait(timeout, receiver, || ()).await
    }

    /// Puts a job into the queue; gives it back where there is no room.
    pub(super) fn offer(&self, task: Task) -> Result<(), Task> {
        self.queue.try_send(task).map_err(TrySendError::into_inner)
    }

    /// Runs a job that waits, where there is one, on the thread that calls.
    pub(super) fn run_one(&self, pool: &Pool) {
        work(pool, self.jobs.try_iter().take(1));
    }

    /// Waits for an answer. Where it is long in coming, does what the caller wants done then, and calls for help.
    pub(super) async fn wait<T>(
        &self,
        timeout: Duration,
        mut answer: oneshot::Receiver<Result<T, StorageError>>,
        if_late: impl FnOnce(),
    ) -> Result<T, StorageError> {
        let patient = tokio::time::timeout(PATIENCE.min(timeout), &mut answer);
        let answer = if let Ok(answer) = patient.await {
            Ok(answer)
        } else {
            if_late();
            self.call_help();
            tokio::time::timeout(timeout.saturating_sub(PATIENCE), answer).await
        };
        received(answer.map_err(|_| StorageError::Broken("no answer in time".into()))?)
    }

    /// Calls a helper. Where there is no room, enough have been called.
    pub(super) fn call_help(&self) {
        if let Some(help) = &self.help {
            let _ = help.try_send(());
        }
    }
}

/// What a job answered; the channel of one that panicked is dropped.
pub(super) fn received<T>(answer: Result<Result<T, StorageError>, RecvError>) -> Result<T, StorageError> {
    answer.unwrap_or_else(|_| Err(StorageError::Broken("a job panicked".into())))
}

/// What comes, until no more can. A receiver that waits by itself yields its core a few times before it sleeps, and on
/// Linux that makes others wait (docs/decisions/0015); one that selects sleeps at once. `select!` with a single channel
/// would receive.
fn arrivals<T>(from: &Receiver<T>) -> impl Iterator<Item = T> {
    let mut selection = Select::new();
    selection.recv(from);
    std::iter::from_fn(move || selection.select().recv(from).ok())
}

fn assist(pool: &Pool, queue: &Receiver<Task>, calls: &Receiver<()>) {
    for () in arrivals(calls) {
        work(pool, queue.try_iter());
    }
}

fn work(pool: &Pool, tasks: impl Iterator<Item = Task>) {
    for task in tasks {
        // A panic in one job ends that job, not the thread; its caller sees the dropped channel.
        if catch_unwind(AssertUnwindSafe(|| task(pool))).is_err() {
            log::error!("a database job panicked");
        }
    }
}

fn r2d2_workers() -> scheduled_thread_pool::ScheduledThreadPool {
    scheduled_thread_pool::ScheduledThreadPool::builder().num_threads(1).build()
}

/// r2d2 logs every failed connection itself; the error that reaches the caller says it once.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<super::manager::ConnectError> for Quiet {
    fn handle_error(&self, error: super::manager::ConnectError) {
        log::debug!("no connection: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Target;

    #[test]
    fn what_was_sent_arrives_when_the_sender_is_gone() {
        let (sender, receiver) = bounded(2);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
        drop(sender);
        assert_eq!(arrivals(&receiver).collect::<Vec<_>>(), [1, 2]);
    }

    #[actix_web::test]
    async fn a_helper_comes_where_the_regular_thread_is_held_up() {
        let manager = Manager(Target::Sqlite(":memory:".into()));
        let threads = Threads::start("test", manager, Crew { regulars: 1, helpers: 1 }, 2).unwrap();
        let (release, held) = std::sync::mpsc::channel();
        let patience = Duration::from_secs(30);
        let first = threads.run(patience, move |_| held.recv().map_err(|_| StorageError::Busy("never released")));
        let second = threads.run(patience, move |_| {
            release.send("released").unwrap();
            Ok("done")
        });
        let (first, second) = futures_util::join!(first, second);
        assert_eq!((first.unwrap(), second.unwrap()), ("released", "done"));
    }
}
