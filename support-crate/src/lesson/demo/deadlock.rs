//! A deadlock that the notebook survives, and the circle of waits that made it.

use std::fmt;
use std::io::{Read, Write};
use std::ops::{Deref, DerefMut};
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::chart::Figure;
use crate::lesson::wait_for::{Link, WaitFor};
use crate::process::{self, Crash, panics};
use crate::units::{ms, secs};

/// Longer than any lesson's closure should take; without a deadlock nothing waits for it.
const LIMIT: Duration = secs(10);
/// How long a thread with its first lock waits for another thread to get one too.
const DWELL: Duration = ms(50);

static GRAPH: Mutex<Option<Graph>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

#[derive(Default)]
struct Graph {
    waits: WaitFor,
    locks: Vec<String>,
    threads: Vec<(ThreadId, String)>,
}

fn graph() -> MutexGuard<'static, Option<Graph>> {
    GRAPH.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with<T>(look: impl FnOnce(&mut Graph) -> T) -> T {
    let answer = look(graph().get_or_insert_default());
    CHANGED.notify_all();
    answer
}

/// A std mutex with a name, that says who holds it and who waits for it.
///
/// A thread that has got its first lock waits a moment until another thread holds one as well. This is what makes
/// the unlucky order of a deadlock happen on every run, on one core too; where the order of locks is right, it
/// only costs that moment.
pub struct Lock<T> {
    number: usize,
    inner: Mutex<T>,
}

impl<T> Lock<T> {
    /// A free lock around a value.
    pub fn new(name: &str, value: T) -> Self {
        let number = with(|graph| {
            graph.locks.push(name.to_owned());
            graph.locks.len() - 1
        });
        Self { number, inner: Mutex::new(value) }
    }

    /// Waits until the lock is free, and holds it until what is returned goes out of scope.
    pub fn lock(&self) -> Locked<'_, T> {
        let me = thread::current();
        with(|graph| {
            let name = me.name().map_or_else(|| format!("thread {}", graph.threads.len() + 1), str::to_owned);
            if !graph.threads.iter().any(|(id, _)| *id == me.id()) {
                graph.threads.push((me.id(), name));
            }
            graph.waits.wait(me.id(), self.number);
        });
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let first = with(|graph| {
            graph.waits.hold(me.id(), self.number);
            graph.waits.held_by(me.id()) == 1
        });
        if first {
            let alone = |graph: &mut Option<Graph>| {
                graph.as_ref().is_some_and(|graph| !graph.waits.others_hold(me.id()))
            };
            drop(CHANGED.wait_timeout_while(graph(), DWELL, alone));
        }
        Locked { number: self.number, inner: Some(inner) }
    }
}

/// What a [`Lock`] guards, while it is held.
pub struct Locked<'a, T> {
    number: usize,
    inner: Option<MutexGuard<'a, T>>,
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.as_deref().expect("held until dropped")
    }
}

impl<T> DerefMut for Locked<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_deref_mut().expect("held until dropped")
    }
}

impl<T> Drop for Locked<'_, T> {
    fn drop(&mut self) {
        with(|graph| graph.waits.free(self.number));
        self.inner = None;
    }
}

/// How code under [`survive`] ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Survived {
    /// It came to its end.
    Finished,
    /// Threads wait for one another in a circle: each for the lock that the next one holds, the last for the first's.
    Deadlock(Vec<Waiter>),
    /// It ended otherwise; the reason.
    Otherwise(String),
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

/// Runs code that may lock itself up, in a copy of this process under watch; the notebook and its variables live on.
///
/// ```
/// use concurrency_lab::prelude::*;
/// use std::thread;
/// let (left, right) = (Lock::new("left", 0), Lock::new("right", 0));
/// let ended = survive(|| thread::scope(|scope| {
///     scope.spawn(|| { let _one = left.lock(); let _other = right.lock(); });
///     scope.spawn(|| { let _one = right.lock(); let _other = left.lock(); });
/// }));
/// assert!(ended.to_string().starts_with("a deadlock"));
/// ```
pub fn survive(body: impl FnOnce()) -> Survived {
    let (mut news, teller) = match UnixStream::pair() {
        Ok(pair) => pair,
        Err(error) => {
            return Survived::Otherwise(format!("the system gave no channel to watch it by: {error}"));
        }
    };
    let started = Instant::now();
    let copy = process::fork(|| {
        panics::keep();
        // The parent's threads are not here, and hold nothing.
        with(|graph| graph.waits = WaitFor::default());
        if let Ok(teller) = teller.try_clone() {
            thread::spawn(move || look_out(teller));
        }
        panics::catch(body).map_err(|panic| panics::first().unwrap_or(panic.message))
    });
    drop(teller);
    let _ = news.set_read_timeout(Some(ms(1)));
    let mut told = Vec::new();
    // Threads that wait for one another never end: their process is ended as soon as its look-out has told.
    while !copy.is_finished() && !told.ends_with(b"\n") && started.elapsed() < LIMIT {
        let mut part = [0; 1024];
        match news.read(&mut part) {
            Ok(count) => told.extend_from_slice(&part[..count]),
            Err(_) => continue,
        }
    }
    if let Ok(circle) = serde_json::from_slice(&told) {
        copy.kill();
        let _ = copy.join();
        return Survived::Deadlock(circle);
    }
    match copy.join_within(LIMIT.saturating_sub(started.elapsed())) {
        Ok(Ok(())) => Survived::Finished,
        Ok(Err(message)) => Survived::Otherwise(format!("it panicked: {message}")),
        Err(Crash::TimedOut(_)) => {
            Survived::Otherwise(format!("it had not ended after {} s", LIMIT.as_secs()))
        }
        Err(crash) => Survived::Otherwise(crash.to_string()),
    }
}

/// Looks for a circle of waits for as long as the process lives, and tells of it in one line.
fn look_out(mut teller: UnixStream) {
    loop {
        if let Some(circle) = with(|graph| graph.waits.any_cycle().map(|links| tell(graph, &links))) {
            let line = serde_json::to_string(&circle).unwrap_or_default() + "\n";
            // If nobody listens, the process is about to be ended anyway.
            let _ = teller.write_all(line.as_bytes());
            return;
        }
        thread::sleep(ms(1));
    }
}

fn tell(graph: &Graph, links: &[Link]) -> Vec<Waiter> {
    let name = |thread: ThreadId| {
        let known = graph.threads.iter().find(|(id, _)| *id == thread);
        known.map_or_else(|| "a thread".to_owned(), |(_, name)| name.clone())
    };
    let waiter = |link: &Link| Waiter {
        thread: name(link.thread),
        holds: graph.locks[link.holds].clone(),
        waits_for: graph.locks[link.waits_for].clone(),
    };
    let mut waiters: Vec<_> = links.iter().map(waiter).collect();
    // A circle has no first one: the least name makes the telling the same on every run.
    let least = (0..waiters.len()).min_by_key(|&place| waiters[place].thread.clone()).unwrap_or(0);
    waiters.rotate_left(least);
    waiters
}

impl fmt::Display for Survived {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => out.write_str("it came to its end: no thread had to wait for ever"),
            Self::Otherwise(reason) => out.write_str(reason),
            Self::Deadlock(circle) => {
                write!(
                    out,
                    "a deadlock, found in a copy of this process, which was ended; the notebook lives on."
                )?;
                for waiter in circle {
                    let Waiter { thread, holds, waits_for } = waiter;
                    write!(out, "\n{thread} holds \"{holds}\" and waits for \"{waits_for}\"")?;
                }
                Ok(())
            }
        }
    }
}

impl Survived {
    /// Shows how it ended under the cell.
    pub fn evcxr_display(&self) {
        Figure::note(self.to_string()).evcxr_display();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two named threads; each takes its first lock and then its second.
    fn two_threads(first: [&Lock<u8>; 2], second: [&Lock<u8>; 2]) {
        thread::scope(|scope| {
            for (name, [one, other]) in [("first", first), ("second", second)] {
                let body = move || {
                    let (mut one, _other) = (one.lock(), other.lock());
                    *one += 1;
                };
                thread::Builder::new().name(name.into()).spawn_scoped(scope, body).unwrap();
            }
        });
    }

    // One test: all of it shares the one graph of the process.
    #[test]
    fn tells_the_circle_and_lives_on() {
        let (left, right) = (Lock::new("left", 0u8), Lock::new("right", 0u8));
        for _ in 0..3 {
            let ended = survive(|| two_threads([&left, &right], [&right, &left]));
            let waiter = |thread: &str, holds: &str, waits_for: &str| Waiter {
                thread: thread.into(),
                holds: holds.into(),
                waits_for: waits_for.into(),
            };
            let expected = vec![waiter("first", "left", "right"), waiter("second", "right", "left")];
            assert_eq!(ended, Survived::Deadlock(expected));
        }
        assert_eq!(survive(|| two_threads([&left, &right], [&left, &right])), Survived::Finished);
        assert_eq!(*left.lock(), 0, "what happened there stayed there");
        assert_eq!(survive(|| panic!("no")), Survived::Otherwise("it panicked: no".into()));
    }
}
