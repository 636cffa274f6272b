//! A deadlock that the notebook survives, and the circle of waits that made it.

use std::fmt;
use std::time::Duration;

use crate::chart::Figure;
use crate::lesson::lock::Waiter;
use crate::lesson::watch::{Fault, watch};
use crate::units::secs;

/// Longer than any lesson's closure should take; without a deadlock nothing waits for it.
const LIMIT: Duration = secs(10);

/// How code under [`survive`] ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survived(Result<(), Fault>);

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
    Survived(watch(LIMIT, body))
}

impl fmt::Display for Survived {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(()) => out.write_str("it came to its end: no thread had to wait for ever"),
            Err(Fault::NotDone) => out.write_str("it still says todo!()"),
            Err(Fault::Endless(reason) | Fault::Ended(reason)) => out.write_str(reason),
            Err(Fault::Deadlock(circle)) => {
                out.write_str(
                    "a deadlock, found in a copy of this process, which was ended; the notebook lives on.",
                )?;
                for Waiter { thread, holds, waits_for } in circle {
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
    use std::thread;

    use super::*;
    use crate::lesson::lock::Lock;

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
            assert_eq!(ended.0, Err(Fault::Deadlock(expected)));
        }
        assert_eq!(survive(|| two_threads([&left, &right], [&left, &right])).0, Ok(()));
        assert_eq!(*left.lock(), 0, "what happened there stayed there");
        assert_eq!(survive(|| panic!("no")).to_string(), "it panicked: no");
    }
}
