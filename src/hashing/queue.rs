//! The bounded queue before the hashing threads: one line for each door, served in turn, so that a
//! rush at one door does not shut the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select};

/// For which door something is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// Magento's, and the command line.
    Magento,
    /// Commerce Layer's.
    CommerceLayer,
}

/// Makes a queue in which `bound` tasks may wait for each door, and a side that takes from it; clone
/// that for every thread.
pub(super) fn queue<T>(bound: usize) -> (Queue<T>, Taker<T>) {
    let (magento, from_magento) = bounded(bound);
    let (commerce_layer, from_commerce_layer) = bounded(bound);
    let lines = [magento, commerce_layer].map(|sender| Line { sender, on_their_way: AtomicUsize::new(0) });
    (Queue { lines }, Taker { lines: [from_magento, from_commerce_layer], turn: 0 })
}

/// The side that puts tasks in.
pub(super) struct Queue<T> {
    lines: [Line<T>; 2],
}

struct Line<T> {
    sender: Sender<T>,
    on_their_way: AtomicUsize,
}

/// A request that was admitted at a door and is on its way to the line there, until it is put into the
/// line or dropped.
pub struct Place<'a> {
    pub(super) door: Door,
    on_their_way: &'a AtomicUsize,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.on_their_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<T> Queue<T> {
    /// Lets a request in while there is room in its line; none when there is not. Once half of the line
    /// is taken, those on their way to it count too: beyond capacity they would all be looked up in the
    /// database and find a full line after it. Before that they do not: most are refused for their token.
    pub(super) fn admit(&self, door: Door) -> Option<Place<'_>> {
        let Line { sender, on_their_way } = self.line(door);
        let bound = sender.capacity().unwrap_or(usize::MAX);
        let (waiting, coming) = (sender.len(), on_their_way.load(Ordering::Relaxed));
        let expected = if 2 * waiting < bound { waiting } else { waiting + coming };
        if expected >= bound {
            return None;
        }
        on_their_way.fetch_add(1, Ordering::Relaxed);
        Some(Place { door, on_their_way })
    }

    /// Puts a task at the end of the line, or gives it back when that is full after all.
    pub(super) fn put(&self, place: &Place<'_>, task: T) -> Result<(), TrySendError<T>> {
        self.line(place.door).sender.try_send(task)
    }

    /// Whether nobody waits in the line of a door.
    pub(super) fn is_empty(&self, door: Door) -> bool {
        self.line(door).sender.is_empty()
    }

    fn line(&self, door: Door) -> &Line<T> {
        let [magento, commerce_layer] = &self.lines;
        match door {
            Door::Magento => magento,
            Door::CommerceLayer => commerce_layer,
        }
    }
}

/// The side that takes tasks out.
pub(super) struct Taker<T> {
    lines: [Receiver<T>; 2],
    /// The line that was served last.
    turn: usize,
}

impl<T> Clone for Taker<T> {
    fn clone(&self) -> Self {
        Self { lines: self.lines.clone(), turn: self.turn }
    }
}

impl<T> Taker<T> {
    /// Waits for a task; none when the queue was given up.
    pub(super) fn take(&mut self) -> Option<T> {
        self.try_take().or_else(|| {
            let [magento, commerce_layer] = &self.lines;
            select! {
                recv(magento) -> task => task.ok(),
                recv(commerce_layer) -> task => task.ok(),
            }
        })
    }

    /// A task that waits, from the lines in turn.
    pub(super) fn try_take(&mut self) -> Option<T> {
        (0..self.lines.len()).find_map(|_| {
            self.turn = (self.turn + 1) % self.lines.len();
            self.lines[self.turn].try_recv().ok()
        })
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.lines.iter().map(Receiver::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put<T>(queue: &Queue<T>, door: Door, task: T) -> bool {
        queue.admit(door).is_some_and(|place| queue.put(&place, task).is_ok())
    }

    #[test]
    fn a_rush_at_one_door_does_not_shut_the_other() {
        let (queue, mut taker) = queue(3);
        for task in ["m1", "m2", "m3"] {
            assert!(put(&queue, Door::Magento, task));
        }
        assert!(!put(&queue, Door::Magento, "m4"), "its line is full");
        assert!(put(&queue, Door::CommerceLayer, "c1"));
        assert_eq!(taker.len(), 4);
        let first_two = [taker.take(), taker.take()];
        assert!(first_two.contains(&Some("c1")), "served in turn: {first_two:?}");
        assert_eq!((taker.try_take(), taker.try_take(), taker.try_take()), (Some("m2"), Some("m3"), None));
    }

    #[test]
    fn who_is_on_the_way_counts_when_half_of_the_line_is_taken() {
        let (queue, _taker) = queue(4);
        let early: Vec<_> = (0..9).map(|_| queue.admit(Door::Magento)).collect();
        assert!(early.iter().all(Option::is_some), "nobody waits yet");
        assert!(queue.put(early[0].as_ref().unwrap(), 1).is_ok() && queue.put(early[1].as_ref().unwrap(), 2).is_ok());
        assert!(queue.admit(Door::Magento).is_none(), "two wait and nine are coming");
        drop(early);
        let last: Vec<_> = (0..3).map(|_| queue.admit(Door::Magento)).collect();
        assert_eq!(last.iter().filter(|place| place.is_some()).count(), 2, "whoever is turned away is not coming");
    }

    #[test]
    fn a_queue_that_was_given_up_ends_the_waiting() {
        let (queue, mut taker) = queue::<()>(1);
        drop(queue);
        assert_eq!(taker.take(), None);
    }
}
