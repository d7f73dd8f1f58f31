//! Callers who ask the same kind of question at the same moment are answered by one statement.
//!
//! Four lanes of bcrypt end together, and so their UPDATEs come together, and the lookups of whoever comes
//! next. A statement for several costs a server little more than one for one: most of its cost is waking
//! threads and finding code and data cold. Only callers who say that they have time wait for company.

mod line;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::errors::StorageError;
use super::jobs;
use super::question::{Answers, Question, together};
use super::threads::{Crew, Pool, Threads, received};
use line::{Batch, Line, Place, Sender};

/// How long a statement takes that nothing holds up. Who comes later than that does not wait for its end.
const USUAL: Duration = Duration::from_micros(300);

/// Answers several; none where they cannot be answered together.
type Put<Q> = fn(&Pool, &[Q]) -> Result<Option<Answers<Q>>, StorageError>;

/// Too little to be worth a timer, which counts in milliseconds.
const MIN_LINGER: Duration = Duration::from_millis(1);

const FULL: StorageError = StorageError::Busy("its queue is full");

/// How a kind of question is put.
struct Strategy<Q: Question> {
    put: Put<Q>,
    /// Most statements on their way at once, as long as they are as quick as usual and no batch is full.
    at_once: usize,
    /// How long the first is kept for others to come: zero for no time at all.
    gathering: Duration,
}

struct Waiting<Q: Question> {
    line: Line<Q>,
    /// Threads that take from here, or are called to.
    at_work: usize,
    /// When one was called or took the last batch.
    last_seen: Instant,
}

/// The line of one kind of question.
pub(super) struct Batcher<Q: Question> {
    threads: Arc<Threads>,
    /// Most that may wait.
    room: usize,
    strategy: Strategy<Q>,
    waiting: Mutex<Waiting<Q>>,
}

impl<Q: Question> Batcher<Q> {
    /// Of a question that only reads. With one statement at a time, a refusal waits half a millisecond longer at its
    /// slowest where all cores hash.
    pub(super) fn reading(threads: &Arc<Threads>, room: usize) -> Arc<Self> {
        let put = |pool: &Pool, questions: &[Q]| jobs::read(pool, &|db| together(db, questions));
        Self::new(threads, room, Strategy { put, at_once: 2, gathering: Duration::ZERO })
    }

    /// Of a change that commits by itself, and comes after a hash, mostly with three others: a moment is nothing
    /// beside the hash, and saves three statements.
    pub(super) fn writing(threads: &Arc<Threads>, room: usize) -> Arc<Self> {
        let put = |pool: &Pool, questions: &[Q]| jobs::write_autocommit(pool, &|db| together(db, questions));
        Self::new(threads, room, Strategy { put, at_once: 1, gathering: Duration::from_micros(50) })
    }

    fn new(threads: &Arc<Threads>, room: usize, strategy: Strategy<Q>) -> Arc<Self> {
        let waiting = Waiting { line: Line::new(), at_work: 0, last_seen: Instant::now() };
        Arc::new(Self { threads: threads.clone(), room, strategy, waiting: Mutex::new(waiting) })
    }

    /// Puts a question and waits for its answer.
    ///
    /// * `linger`: how long it may wait for others to fill a batch with it.
    pub(super) async fn ask(
        self: &Arc<Self>,
        timeout: Duration,
        linger: Duration,
        question: Q,
    ) -> Result<Q::Answer, StorageError> {
        let linger = if linger < MIN_LINGER { Duration::ZERO } else { linger };
        let (sender, mut receiver) = oneshot::channel();
        let place = self.line_up(question, Instant::now() + linger, sender)?;
        if !linger.is_zero()
            && !place.fills_batch
            && let Ok(answer) = tokio::time::timeout(linger, &mut receiver).await
        {
            return received(answer);
        }
        self.call_for(&place)?;
        let Crew { regulars, helpers } = self.threads.crew();
        let if_late = || self.call_another(&mut self.waiting(), regulars + helpers);
        self.threads.wait(timeout.saturating_sub(linger), receiver, if_late).await
    }

    fn line_up(&self, question: Q, due: Instant, answer: Sender<Q>) -> Result<Place, StorageError> {
        let mut waiting = self.waiting();
        if waiting.line.len() >= self.room {
            return Err(FULL);
        }
        Ok(waiting.line.put(question, due, answer))
    }

    /// Sees to it that a thread comes for a question that still waits. Where none can be called and none is at work,
    /// the question is withdrawn.
    fn call_for(self: &Arc<Self>, place: &Place) -> Result<(), StorageError> {
        let mut waiting = self.waiting();
        if !waiting.line.hurry(place) {
            return Ok(());
        }
        let at_once =
            if place.fills_batch || waiting.last_seen.elapsed() > USUAL { usize::MAX } else { self.strategy.at_once };
        self.call_another(&mut waiting, at_once.min(self.threads.crew().regulars));
        if waiting.at_work > 0 {
            return Ok(());
        }
        waiting.line.withdraw(place);
        Err(FULL)
    }

    /// Calls one more thread, where somebody waits and fewer than `most` are at work.
    fn call_another(self: &Arc<Self>, waiting: &mut Waiting<Q>, most: usize) {
        if waiting.line.len() > 0 && waiting.at_work < most && self.call() {
            waiting.at_work += 1;
            waiting.last_seen = Instant::now();
        }
    }

    fn call(self: &Arc<Self>) -> bool {
        let line = self.clone();
        self.threads.offer(Box::new(move |pool| line.gather(pool))).is_ok()
    }

    fn gather(self: &Arc<Self>, pool: &Pool) {
        if !self.strategy.gathering.is_zero() {
            std::thread::sleep(self.strategy.gathering);
        }
        self.work(pool);
    }

    /// Answers those who wait. Between two batches other jobs have their turn.
    fn work(self: &Arc<Self>, pool: &Pool) {
        while let Some(batch) = self.next_batch() {
            self.answer(pool, batch);
            if self.threads.has_jobs() {
                let line = self.clone();
                match self.threads.offer(Box::new(move |pool| line.work(pool))) {
                    Ok(()) => return,
                    Err(_) => self.threads.run_one(pool),
                }
            }
        }
    }

    /// None where nobody waits who cannot wait longer: the thread is then no longer at work.
    fn next_batch(&self) -> Option<Batch<Q>> {
        let mut waiting = self.waiting();
        let batch = waiting.line.take();
        if batch.0.is_empty() {
            waiting.at_work -= 1;
            return None;
        }
        waiting.last_seen = Instant::now();
        Some(batch)
    }

    fn answer(self: &Arc<Self>, pool: &Pool, (questions, callers): Batch<Q>) {
        // A panic must not end the line. Nor must one with whom it panics be everybody's; alone, its caller sees the
        // dropped channel.
        let answers = catch_unwind(AssertUnwindSafe(|| (self.strategy.put)(pool, &questions)));
        let answers = match answers {
            Ok(answers) => answers,
            Err(_) if questions.len() > 1 => Ok(None),
            Err(_) => return log::error!("a database job panicked"),
        };
        // Nobody may wait any more: a client that hung up meanwhile does not undo the job.
        match answers {
            Ok(Some(answers)) => callers.into_iter().zip(answers).for_each(|(caller, answer)| {
                let _ = caller.send(Ok(answer));
            }),
            Ok(None) => questions.into_iter().zip(callers).for_each(|(question, answer)| {
                self.separate(pool, question, answer);
            }),
            Err(error) => callers.into_iter().for_each(|caller| {
                let _ = caller.send(Err(error.clone()));
            }),
        }
    }

    /// Has one question answered by itself, by whichever thread: what held up the batch, a locked row say,
    /// holds up only whom it concerns.
    fn separate(self: &Arc<Self>, pool: &Pool, question: Q, caller: Sender<Q>) {
        let line = self.clone();
        match self.threads.offer(Box::new(move |pool| line.answer(pool, (vec![question], vec![caller])))) {
            Ok(()) => self.threads.call_help(),
            Err(task) => task(pool),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<Q>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use diesel::QueryResult;
    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::*;
    use crate::storage::Db;
    use crate::storage::Target;
    use crate::storage::manager::Manager;

    const PATIENCE: Duration = Duration::from_secs(30);
    const NOW: Duration = Duration::ZERO;

    /// Answered with the number of questions in its statement.
    enum Test {
        Plain,
        /// Says that it is being answered, and is when the other end is dropped.
        Held(Arc<Notify>, Receiver<()>),
        Wrong,
        Panics,
    }

    impl Question for Test {
        type Answer = usize;

        fn answer(_: &mut Db, questions: &[Self]) -> QueryResult<Vec<usize>> {
            for question in questions {
                match question {
                    Self::Plain => (),
                    Self::Held(begun, released) => {
                        begun.notify_one();
                        let _ = released.recv();
                    }
                    Self::Wrong => return Err(diesel::result::Error::NotFound),
                    Self::Panics => panic!("as it was asked to"),
                }
            }
            Ok(vec![questions.len(); questions.len()])
        }
    }

    fn batcher(regulars: usize, room: usize) -> Arc<Batcher<Test>> {
        let crew = Crew { regulars, helpers: 0 };
        let threads = Threads::start("test", Manager(Target::Sqlite(":memory:".into())), crew, JOBS).unwrap();
        Batcher::reading(&Arc::new(threads), room)
    }

    /// Jobs that may wait for the threads.
    const JOBS: usize = 64;

    /// What others are answered who come while a first one is held up, until they let it go.
    async fn beside_held<T>(line: &Arc<Batcher<Test>>, others: impl AsyncFnOnce(Sender<()>) -> T) -> T {
        let (release, held) = channel();
        let begun = Arc::new(Notify::new());
        let first = line.ask(PATIENCE, NOW, Test::Held(begun.clone(), held));
        let others = async {
            begun.notified().await;
            others(release).await
        };
        let (first, others) = futures_util::join!(first, others);
        assert_eq!(first.unwrap(), 1);
        others
    }

    /// The first is let go when all have asked.
    async fn after_held(line: &Arc<Batcher<Test>>, others: Vec<Test>) -> Vec<Result<usize, StorageError>> {
        let asked = async |release| {
            let asked = join_all(others.into_iter().map(|question| line.ask(PATIENCE, NOW, question)));
            futures_util::join!(asked, async { drop(release) }).0
        };
        beside_held(line, asked).await
    }

    #[actix_web::test]
    async fn who_comes_meanwhile_is_answered_together() {
        let others = (0..9).map(|_| Test::Plain).collect();
        let answers: Vec<usize> = after_held(&batcher(1, 64), others).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [8, 8, 8, 8, 8, 8, 8, 8, 1]);
    }

    #[actix_web::test]
    async fn who_has_time_waits_for_a_full_batch() {
        let line = batcher(1, 64);
        let asked = join_all((0..8).map(|_| line.ask(PATIENCE, PATIENCE, Test::Plain)));
        let answers: Vec<usize> = asked.await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [8; 8]);
    }

    #[actix_web::test]
    async fn who_has_time_is_answered_with_one_who_has_none() {
        let line = batcher(1, 64);
        let asked = [PATIENCE, NOW].map(|linger| line.ask(PATIENCE, linger, Test::Plain));
        let answers: Vec<usize> = join_all(asked).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [2, 2]);
    }

    #[actix_web::test]
    async fn who_has_no_more_time_is_answered_alone() {
        assert_eq!(batcher(1, 64).ask(PATIENCE, MIN_LINGER, Test::Plain).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn who_hung_up_before_is_not_asked_for() {
        let line = batcher(1, 64);
        let hung_up = tokio::time::timeout(MIN_LINGER, line.ask(PATIENCE, PATIENCE, Test::Plain));
        assert!(hung_up.await.is_err());
        assert_eq!(line.ask(PATIENCE, NOW, Test::Plain).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn who_fills_a_batch_of_others_that_hung_up_is_answered() {
        let line = batcher(1, 64);
        let others = join_all((0..7).map(|_| line.ask(PATIENCE, PATIENCE, Test::Plain)));
        assert!(tokio::time::timeout(MIN_LINGER, others).await.is_err());
        assert_eq!(line.ask(PATIENCE, PATIENCE, Test::Plain).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn nobody_waits_for_one_who_is_held_up() {
        let line = batcher(2, 64);
        let second = async |release| {
            let answer = line.ask(PATIENCE, NOW, Test::Plain).await;
            drop(release);
            answer
        };
        assert_eq!(beside_held(&line, second).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn what_is_wrong_with_one_is_not_wrong_with_others() {
        let answers = after_held(&batcher(1, 64), vec![Test::Plain, Test::Wrong, Test::Plain]).await;
        let answers: Vec<Option<usize>> = answers.into_iter().map(Result::ok).collect();
        assert_eq!(answers, [Some(1), None, Some(1)]);
    }

    #[actix_web::test]
    async fn a_panic_does_not_end_the_line() {
        let line = batcher(1, 64);
        let answers = after_held(&line, vec![Test::Plain, Test::Panics]).await;
        assert_eq!(answers.into_iter().map(Result::ok).collect::<Vec<_>>(), [Some(1), None]);
        assert_eq!(line.ask(PATIENCE, NOW, Test::Plain).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn who_finds_no_thread_is_refused() {
        let line = batcher(1, 64);
        let (release, held) = channel::<()>();
        let (begin, begun) = channel();
        let hold = move |_: &Pool| {
            begin.send(()).unwrap();
            let _ = held.recv();
        };
        assert!(line.threads.offer(Box::new(hold)).is_ok());
        begun.recv().unwrap();
        let (end, ended) = channel();
        for _ in 0..JOBS {
            let end = end.clone();
            assert!(line.threads.offer(Box::new(move |_| end.send(()).unwrap())).is_ok());
        }
        for linger in [NOW, MIN_LINGER] {
            let refused = line.ask(PATIENCE, linger, Test::Plain).await;
            assert!(matches!(refused, Err(StorageError::Busy(_))), "{refused:?}");
            assert_eq!(line.waiting().line.len(), 0, "nobody is told busy and answered later");
        }
        drop(release);
        assert_eq!(ended.iter().take(JOBS).count(), JOBS);
        assert_eq!(line.ask(PATIENCE, NOW, Test::Plain).await.unwrap(), 1);
    }

    #[actix_web::test]
    async fn more_than_may_wait_are_refused() {
        let answers = after_held(&batcher(1, 2), (0..5).map(|_| Test::Plain).collect()).await;
        let refused = answers.iter().filter(|answer| matches!(answer, Err(StorageError::Busy(_)))).count();
        assert_eq!(refused, 3, "{answers:?}");
    }
}
