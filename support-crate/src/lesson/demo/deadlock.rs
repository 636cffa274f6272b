//! A deadlock that the notebook survives, and the circle of waits that made it.

use std::time::Duration;

use crate::chart::Figure;
use crate::lesson::lock::Waiter;
use crate::lesson::watch::{Fault, watch};
use crate::units::secs;

/// Longer than any lesson's closure should take; without a deadlock nothing waits for it.
const LIMIT: Duration = secs(10);

/// Runs code that may lock itself up, in a copy of this process under watch, and tells how it ended; the notebook and its
/// variables live on.
///
/// ```
/// use concurrency_lab::prelude::*;
/// use std::thread;
/// let (left, right) = (Lock::new("left", 0), Lock::new("right", 0));
/// let ended = survive(|| thread::scope(|scope| {
///     scope.spawn(|| { let _one = left.lock(); let _other = right.lock(); });
///     scope.spawn(|| { let _one = right.lock(); let _other = left.lock(); });
/// }));
/// assert!(ended.text().starts_with("A deadlock"));
/// ```
pub fn survive(body: impl FnOnce()) -> Figure {
    Figure::note(match watch(LIMIT, body) {
        Ok(()) => "it came to its end: no thread had to wait for ever".to_owned(),
        Err(Fault::NotDone) => "it still says todo!()".to_owned(),
        Err(Fault::Endless(reason) | Fault::Ended(reason)) => reason,
        Err(Fault::Deadlock(circle)) => {
            let waits = circle.iter().map(|Waiter { thread, holds, waits_for }| {
                format!("\n{thread} holds \"{holds}\" and waits for \"{waits_for}\"")
            });
            "a deadlock, in a copy of this process, which was ended.".to_owned() + &waits.collect::<String>()
        }
    })
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
            let told = "\nFirst holds \"left\" and waits for \"right\"\nSecond holds \"right\" and waits for \"left\"";
            assert!(ended.text().contains(told), "{ended}");
        }
        let ended = survive(|| two_threads([&left, &right], [&left, &right])).text();
        assert!(ended.contains("no thread had to wait for ever"), "{ended}");
        assert_eq!(*left.lock(), 0, "what happened there stayed there");
        assert_eq!(survive(|| panic!("no")).text().trim_end(), "It panicked: no");
    }
}
