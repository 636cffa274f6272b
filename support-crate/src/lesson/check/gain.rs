//! How much faster a program of the reader's is than a given one: what a comparison of the two says.

use std::sync::Arc;
use std::thread;

use super::reply::require;
use crate::format;
use crate::machine::cores;
use crate::measure::{Interval, compare, status};
use crate::model::Model::{Async, Sequential};
use crate::units::secs;
use crate::workload::{TaskValue, Tasks};

/// How many times as fast as the given program (`None`: too few rounds), and the share of the cores that other programs had
/// meanwhile. Both are one task, whose two forms run by turns. A thread of its own runs theirs, which may need a runtime.
pub(super) fn gain<T: TaskValue>(
    given: impl Fn() -> T + Send + Sync + 'static,
    theirs: impl Fn() -> T + Send + Sync + 'static,
) -> (Option<Interval>, f64) {
    // Rayon's threads did not come along into the copy that a check runs in, and their places are taken.
    let pool = rayon::ThreadPoolBuilder::new().build().ok();
    let theirs = Arc::new(move || match &pool {
        Some(pool) => pool.install(&theirs),
        None => theirs(),
    });
    let on_a_thread = move |_| {
        let theirs = theirs.clone();
        async move { thread::spawn(move || theirs()).join().expect("it has run before") }
    };
    status::hush();
    let both = Tasks::new(1).blocking(move |_| given()).asynchronous(on_a_thread);
    let result = compare(both).models([Sequential, Async]).rounds(7).budget(secs(3)).run();
    let lanes = result.lane(Async).zip(result.lane(Sequential));
    let taken = result.conditions.foreign / (result.conditions.took * cores() as f64);
    (lanes.and_then(|(theirs, given)| result.speedup(theirs, given)), taken)
}

/// Whether that is `wanted` at the least, told with what it was held against; `advice` is for whoever is not there yet.
pub(super) fn reaches(
    wanted: f64,
    gain: Option<Interval>,
    against: &str,
    advice: &str,
) -> Result<String, String> {
    let idle = "run this cell again when the machine is idle";
    let gain = gain.ok_or_else(|| format!("too few rounds fitted in to tell how fast it is: {idle}"))?;
    let told = format::ratio(gain.estimate, Some((gain.low, gain.high)));
    require!(gain.high >= wanted, "{told} as fast as {against}: {advice}");
    require!(
        gain.low >= wanted,
        "{told} as fast as {against}: the interval leaves open whether that is enough; {idle}"
    );
    Ok(format!("{told} as fast as {against}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_rayons_pool_is_timed_though_the_pool_was_there_before_the_copy() {
        use rayon::prelude::*;
        let sum = || (0..100_u64).into_par_iter().sum::<u64>();
        sum();
        let told = crate::lesson::watch::watch(secs(20), move || gain(|| 4_950, sum).0.is_some());
        assert_eq!(told, Ok(true));
    }

    #[test]
    fn the_whole_interval_decides() {
        let said = |low, high| {
            let gain = Interval { estimate: f64::midpoint(low, high), low, high };
            reaches(1.1, Some(gain), "it", "use the cores").unwrap_or_else(|reason| reason)
        };
        assert_eq!(said(1.7, 1.9), "1.80x [1.70, 1.90] as fast as it");
        assert_eq!(said(0.98, 1.02), "1.00x [0.98, 1.02] as fast as it: use the cores");
        assert!(reaches(1.1, None, "it", "").unwrap_err().starts_with("too few rounds"));
        assert!(said(0.9, 1.9).contains("leaves open whether that is enough"));
    }
}
