//! A lock that knows who holds it and who waits for it, so that a deadlock is found when it closes.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::monitor::Monitor;
use crate::units::ms;

/// How long a thread with its first lock waits for another thread to get one too.
const DWELL: Duration = ms(50);

static GRAPH: LazyLock<Monitor<Graph>> = LazyLock::new(Monitor::default);

/// The wait-for graph. Locks by number, threads by id.
#[derive(Debug, Default)]
struct Graph {
    /// Who holds a lock; a lock that is free is not there.
    holders: HashMap<usize, ThreadId>,
    /// Which lock a thread waits for.
    waits: HashMap<ThreadId, usize>,
    /// The most locks that one thread ever held together.
    most_held: usize,
    locks: Vec<String>,
    threads: HashMap<ThreadId, String>,
    deadlock: Option<Vec<Waiter>>,
}

impl Graph {
    /// A thread has got a lock; how many it holds.
    fn hold(&mut self, thread: ThreadId, lock: usize) -> usize {
        self.waits.remove(&thread);
        self.holders.insert(lock, thread);
        let held = self.holders.values().filter(|holder| **holder == thread).count();
        self.most_held = self.most_held.max(held);
        held
    }

    /// The circle that `start` waits in, as threads with the locks they wait for: each waits for the lock that the next
    /// one holds, and the last for that of the first.
    fn cycle(&self, start: ThreadId) -> Option<Vec<(ThreadId, usize)>> {
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

/// In a forked process: the threads of its parent are not here, and hold nothing.
pub(super) fn forget_threads() {
    GRAPH.with(|graph| *graph = Graph { locks: std::mem::take(&mut graph.locks), ..Graph::default() });
}

/// The deadlock that was found in this process, if one was.
pub(super) fn deadlock() -> Option<Vec<Waiter>> {
    GRAPH.with(|graph| graph.deadlock.clone())
}

/// The most locks that one thread held together.
pub(super) fn most_held_together() -> usize {
    GRAPH.with(|graph| graph.most_held)
}

/// One thread of a deadlock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// Its name.
    pub thread: String,
    /// The lock that it holds and that another one waits for.
    pub holds: String,
    /// The lock that it waits for.
    pub waits_for: String,
}

/// A std mutex with a name, that says who holds it and who waits for it.
///
/// A thread that has got its first lock waits a moment until another thread holds one as well. This is what makes
/// the unlucky order of a deadlock happen on every run, on one core too; where the order of locks is right, it
/// only costs that moment. A wait that closes a circle panics instead of lasting for ever.
#[derive(Debug)]
pub struct Lock<T> {
    number: usize,
    inner: Mutex<T>,
}

impl<T> Lock<T> {
    /// A free lock around a value.
    pub fn new(name: &str, value: T) -> Self {
        let number = GRAPH.with(|graph| {
            graph.locks.push(name.to_owned());
            graph.locks.len() - 1
        });
        Self { number, inner: Mutex::new(value) }
    }

    /// The value, when nobody needs the lock any more.
    pub fn into_inner(self) -> T {
        self.inner.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the lock is free, and holds it until what is returned goes out of scope.
    ///
    /// # Panics
    /// Where the wait would never end: the lock's holder waits, directly or by way of others, for this thread.
    pub fn lock(&self) -> Locked<'_, T> {
        let me = thread::current();
        let closed = GRAPH.with(|graph| {
            let name = me.name().map_or_else(|| format!("thread {}", graph.threads.len() + 1), str::to_owned);
            graph.threads.entry(me.id()).or_insert(name);
            graph.waits.insert(me.id(), self.number);
            let circle = graph.cycle(me.id())?;
            graph.waits.remove(&me.id());
            graph.deadlock = Some(tell(graph, &circle));
            Some(())
        });
        if closed.is_some() {
            // Unwinding gives back what this thread holds, and the others go on.
            panic!("a deadlock: this wait for a lock would never end");
        }
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if GRAPH.with(|graph| graph.hold(me.id(), self.number)) == 1 {
            GRAPH.wait_while(DWELL, |graph| graph.holders.values().all(|holder| *holder == me.id()));
        }
        Locked { number: self.number, inner }
    }
}

/// What a [`Lock`] guards, while it is held.
#[derive(Debug)]
pub struct Locked<'a, T> {
    number: usize,
    // Unlocked after the graph was told, by `Drop`, that it is free.
    inner: MutexGuard<'a, T>,
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T> Drop for Locked<'_, T> {
    fn drop(&mut self) {
        GRAPH.with(|graph| graph.holders.remove(&self.number));
    }
}

/// Who waits for whom, in words: each holds what the one before it waits for.
fn tell(graph: &Graph, circle: &[(ThreadId, usize)]) -> Vec<Waiter> {
    let before = circle.iter().cycle().skip(circle.len() - 1);
    let waiter = |((thread, waits_for), (_, holds)): (&(ThreadId, usize), &(ThreadId, usize))| Waiter {
        thread: graph.threads.get(thread).cloned().unwrap_or_default(),
        holds: graph.locks[*holds].clone(),
        waits_for: graph.locks[*waits_for].clone(),
    };
    let mut waiters: Vec<_> = circle.iter().zip(before).map(waiter).collect();
    // A circle has no first one: the least name makes the telling the same on every run.
    let least = (0..waiters.len()).min_by_key(|&place| waiters[place].thread.clone()).unwrap_or(0);
    waiters.rotate_left(least);
    waiters
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
        let mut graph = Graph::default();
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
        let mut graph = Graph::default();
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
