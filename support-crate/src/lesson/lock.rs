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

    /// The circle that `start` waits in: each holds the lock that the one before it waits for. No circle lasts, so there is
    /// none further on that `start` only waits outside of.
    fn circle(&self, start: ThreadId) -> Option<Vec<Waiter>> {
        let (mut circle, mut holds) = (Vec::new(), *self.waits.get(&start)?);
        loop {
            let thread = *self.holders.get(&holds)?;
            let waits_for = *self.waits.get(&thread)?;
            circle.push(Waiter {
                thread: self.threads[&thread].clone(),
                holds: self.locks[holds].clone(),
                waits_for: self.locks[waits_for].clone(),
            });
            if thread == start {
                // A circle has no first one: by name the telling is the same on every run.
                circle.sort_unstable();
                return Some(circle);
            }
            holds = waits_for;
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Waiter {
    /// Its name.
    pub(super) thread: String,
    /// The lock that it holds and that another one waits for.
    pub(super) holds: String,
    /// The lock that it waits for.
    pub(super) waits_for: String,
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
            let circle = graph.circle(me.id())?;
            graph.waits.remove(&me.id());
            graph.deadlock = Some(circle);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph of four threads, `a` to `d`, each of which holds the lock of its name.
    fn graph() -> (Graph, [ThreadId; 4]) {
        let threads = std::array::from_fn(|_| thread::spawn(|| thread::current().id()).join().unwrap());
        let mut graph = Graph::default();
        for (lock, (thread, name)) in threads.into_iter().zip(["a", "b", "c", "d"]).enumerate() {
            graph.locks.push(name.to_uppercase());
            graph.threads.insert(thread, name.to_owned());
            graph.hold(thread, lock);
        }
        (graph, threads)
    }

    fn told(circle: Option<Vec<Waiter>>) -> String {
        let waiter = |it: Waiter| format!("{} holds {}, waits for {}", it.thread, it.holds, it.waits_for);
        circle.unwrap_or_default().into_iter().map(waiter).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn one_two_or_three_can_be_a_circle() {
        let (mut graph, [a, b, c, d]) = graph();
        graph.waits.insert(a, 0);
        assert_eq!(told(graph.circle(a)), "a holds A, waits for A");
        graph.waits.insert(a, 1);
        assert_eq!(graph.circle(a), None);
        graph.waits.insert(b, 0);
        assert_eq!(told(graph.circle(b)), "a holds A, waits for B; b holds B, waits for A");
        graph.waits.insert(b, 2);
        graph.waits.insert(d, 0);
        assert_eq!(graph.circle(d), None);
        graph.waits.insert(c, 0);
        assert_eq!(graph.circle(c).unwrap().len(), 3);
        assert_eq!(graph.most_held, 1);
    }
}
