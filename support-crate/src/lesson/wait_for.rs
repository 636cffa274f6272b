//! The wait-for graph: who holds what, who waits for what, and whether that goes round in a circle.

use std::collections::HashMap;
use std::thread::ThreadId;

/// Locks by number, threads by id.
#[derive(Debug, Default)]
pub(crate) struct WaitFor {
    /// Who holds a lock; a lock that is free is not there.
    pub(crate) holders: HashMap<usize, ThreadId>,
    /// Which lock a thread waits for.
    pub(crate) waits: HashMap<ThreadId, usize>,
    /// The most locks that one thread ever held together.
    pub(crate) most_held: usize,
}

impl WaitFor {
    /// A thread has got a lock; how many it holds.
    pub(crate) fn hold(&mut self, thread: ThreadId, lock: usize) -> usize {
        self.waits.remove(&thread);
        self.holders.insert(lock, thread);
        let held = self.holders.values().filter(|holder| **holder == thread).count();
        self.most_held = self.most_held.max(held);
        held
    }

    /// The circle that `start` waits in, as threads with the locks they wait for: each waits for the lock that the next
    /// one holds, and the last for that of the first.
    pub(crate) fn cycle(&self, start: ThreadId) -> Option<Vec<(ThreadId, usize)>> {
        let mut circle = Vec::new();
        let mut thread = start;
        loop {
            // A circle further on that `start` only waits outside of: its own members find it.
            if circle.iter().any(|(member, _)| *member == thread) {
                return None;
            }
            let waits_for = *self.waits.get(&thread)?;
            circle.push((thread, waits_for));
            thread = *self.holders.get(&waits_for)?;
            if thread == start {
                return Some(circle);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads<const N: usize>() -> [ThreadId; N] {
        std::array::from_fn(|_| std::thread::spawn(|| std::thread::current().id()).join().unwrap())
    }

    #[test]
    fn two_that_wait_for_each_other_are_a_circle() {
        let [one, other] = threads();
        let mut graph = WaitFor::default();
        graph.hold(one, 0);
        graph.hold(other, 1);
        graph.waits.insert(one, 1);
        assert_eq!(graph.cycle(one), None);
        graph.waits.insert(other, 0);
        assert_eq!(graph.cycle(one).unwrap(), [(one, 1), (other, 0)]);
        graph.waits.remove(&other);
        assert_eq!(graph.cycle(one), None);
    }

    #[test]
    fn one_alone_and_three_in_a_row_can_be_circles_too() {
        let [a, b, c, outside] = threads();
        let mut graph = WaitFor::default();
        graph.hold(a, 0);
        graph.waits.insert(a, 0);
        assert_eq!(graph.cycle(a).unwrap(), [(a, 0)]);
        graph.hold(b, 1);
        graph.hold(c, 2);
        graph.waits.insert(a, 1);
        graph.waits.insert(b, 2);
        graph.waits.insert(c, 0);
        assert_eq!(graph.cycle(b).unwrap().len(), 3);
        graph.waits.insert(outside, 0);
        assert_eq!(graph.cycle(outside), None);
        assert_eq!(graph.most_held, 1);
    }
}
