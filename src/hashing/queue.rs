//! The bounded queue before the hashing threads: one line for each door, served in turn, so that a
//! rush at one door does not shut the other.

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
    (Queue { magento, commerce_layer }, Taker { lines: [from_magento, from_commerce_layer], turn: 0 })
}

/// The side that puts tasks in.
pub(super) struct Queue<T> {
    magento: Sender<T>,
    commerce_layer: Sender<T>,
}

impl<T> Queue<T> {
    /// Whether no more may wait at a door.
    pub(super) fn is_full(&self, door: Door) -> bool {
        match door {
            Door::Magento => self.magento.is_full(),
            Door::CommerceLayer => self.commerce_layer.is_full(),
        }
    }

    /// Puts a task at the end of a door's line, or gives it back when that is full.
    pub(super) fn put(&self, door: Door, task: T) -> Result<(), TrySendError<T>> {
        match door {
            Door::Magento => self.magento.try_send(task),
            Door::CommerceLayer => self.commerce_layer.try_send(task),
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

    #[test]
    fn a_rush_at_one_door_does_not_shut_the_other() {
        let (queue, mut taker) = queue(3);
        for task in ["m1", "m2", "m3"] {
            queue.put(Door::Magento, task).unwrap();
        }
        assert!(queue.put(Door::Magento, "m4").is_err(), "its line is full");
        assert!(queue.is_full(Door::Magento) && !queue.is_full(Door::CommerceLayer));
        queue.put(Door::CommerceLayer, "c1").unwrap();
        assert_eq!(taker.len(), 4);
        let first_two = [taker.take(), taker.take()];
        assert!(first_two.contains(&Some("c1")), "served in turn: {first_two:?}");
        assert_eq!((taker.try_take(), taker.try_take(), taker.try_take()), (Some("m2"), Some("m3"), None));
    }

    #[test]
    fn a_queue_that_was_given_up_ends_the_waiting() {
        let (queue, mut taker) = queue::<()>(1);
        drop(queue);
        assert_eq!(taker.take(), None);
    }
}
