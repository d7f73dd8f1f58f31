//! Who waits for answers to one kind of question, in the order in which they came.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::oneshot;

use super::super::errors::StorageError;
use super::super::question::Question;

/// Most questions in a statement: with eight, a lookup takes a third of what it takes alone, with sixteen
/// next to nothing less.
pub(super) const BATCH: usize = 8;

/// The way back to a caller.
pub(super) type Sender<Q> = oneshot::Sender<Result<<Q as Question>::Answer, StorageError>>;

/// Several questions, and who waits for their answers.
pub(super) type Batch<Q> = (Vec<Q>, Vec<Sender<Q>>);

struct Asked<Q: Question> {
    number: u64,
    question: Q,
    /// Until when it may wait for others.
    due: Instant,
    answer: Sender<Q>,
}

/// Those who wait.
pub(super) struct Line<Q: Question> {
    asked: VecDeque<Asked<Q>>,
    next_number: u64,
}

/// Where one stands.
pub(super) struct Place {
    number: u64,
    /// Whether with it a full batch waits.
    pub(super) fills_batch: bool,
}

impl<Q: Question> Line<Q> {
    pub(super) fn new() -> Self {
        Self { asked: VecDeque::new(), next_number: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.asked.len()
    }

    pub(super) fn put(&mut self, question: Q, due: Instant, answer: Sender<Q>) -> Place {
        let number = self.next_number;
        self.next_number += 1;
        self.asked.push_back(Asked { number, question, due, answer });
        Place { number, fills_batch: self.asked.len().is_multiple_of(BATCH) }
    }

    /// Lets one who had time wait no longer; false where it was taken already.
    pub(super) fn hurry(&mut self, place: &Place) -> bool {
        let asked = self.find(place).and_then(|index| self.asked.get_mut(index));
        asked.map(|asked| asked.due = Instant::now()).is_some()
    }

    /// Takes one out again.
    pub(super) fn withdraw(&mut self, place: &Place) {
        if let Some(index) = self.find(place) {
            self.asked.remove(index);
        }
    }

    fn find(&self, place: &Place) -> Option<usize> {
        self.asked.binary_search_by_key(&place.number, |asked| asked.number).ok()
    }

    /// Takes the first who wait, if they fill a batch or anybody cannot wait longer; nobody otherwise.
    pub(super) fn take(&mut self) -> Batch<Q> {
        let now = Instant::now();
        let (mut questions, mut callers) = (Vec::new(), Vec::new());
        let is_time = self.asked.len() >= BATCH || self.asked.iter().any(|asked| asked.due <= now);
        while is_time
            && questions.len() < BATCH
            && let Some(asked) = self.asked.pop_front()
        {
            // A client that hung up while it waited called no thread: rather never than at some later time.
            if !asked.answer.is_closed() {
                questions.push(asked.question);
                callers.push(asked.answer);
            }
        }
        (questions, callers)
    }
}
