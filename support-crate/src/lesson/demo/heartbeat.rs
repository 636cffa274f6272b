//! A heartbeat of 60 beats a second while work runs in one place or another.

use std::sync::Arc;
use std::time::Duration;

use super::beating::{Work, pulse};
use super::pulse::{PLACES, Place, Pulse};
use crate::workload::{busy, check};

/// Heartbeats while the same work runs in each place; see [`heartbeat`].
#[derive(Clone, Debug, Default)]
pub struct Heartbeat {
    /// What the work was.
    pub title: String,
    /// Beats by place.
    pub pulses: Vec<Pulse>,
    pub(in crate::lesson) problem: Option<String>,
}

/// Keeps a heartbeat of 60 beats a second while a computation of the given length runs in six places.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let heart = heartbeat(ms(60));
/// assert!(heart.pulse(Place::InPlace).unwrap().missed() > 0);
/// ```
pub fn heartbeat(work: Duration) -> Heartbeat {
    if let Err(problem) = check::number("milliseconds of work", work.as_millis() as usize, 1..=5_000) {
        return Heartbeat { problem: Some(problem.to_string()), ..Heartbeat::default() };
    }
    let title = format!("a computation of {}", crate::format::duration(work.as_secs_f64()));
    beside(title, Arc::new(move || busy(work)), Some(work))
}

/// Keeps a heartbeat while the reader's own work runs in place, as an async task, by `spawn_blocking`, on a thread and
/// in a process. A closure cannot give way, so there is no task that yields.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let heart = heartbeat_of("a nap", || std::thread::sleep(ms(60)));
/// assert_eq!(heart.pulses.len(), 5);
/// ```
pub fn heartbeat_of(title: &str, work: impl Fn() + Send + Sync + 'static) -> Heartbeat {
    beside(title.to_owned(), Arc::new(work), None)
}

/// A pulse in each place; in a task that yields where it is known how long the work computes.
fn beside(title: String, work: Work, yields_for: Option<Duration>) -> Heartbeat {
    let places = PLACES.into_iter().filter(|place| place.0 != Place::TaskThatYields || yields_for.is_some());
    let pulses = places.map(|place| pulse(place, work.clone(), yields_for)).collect();
    Heartbeat { title, pulses, problem: None }
}

impl Heartbeat {
    /// The beats while the work ran there.
    pub fn pulse(&self, place: Place) -> Option<&Pulse> {
        self.pulses.iter().find(|pulse| pulse.place == place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pulse::RATE;
    use super::*;
    use crate::units::ms;

    #[test]
    fn beats_due_while_the_thread_is_held_come_only_after_the_work() {
        let heart = heartbeat(ms(80));
        for place in [Place::InPlace, Place::Task] {
            let pulse = heart.pulse(place).unwrap();
            let during = pulse.row.beats.iter().filter(|beat| {
                pulse.row.work.unwrap().0 < beat.came && beat.came < pulse.row.work.unwrap().1
            });
            assert_eq!(during.count(), 0, "{place:?}");
            assert!(pulse.latest() > 0.05 && pulse.missed() >= 2, "{place:?}: {pulse:?}");
        }
    }

    #[test]
    fn beats_come_while_the_work_is_elsewhere() {
        let heart = heartbeat(ms(120));
        for place in [Place::TaskThatYields, Place::SpawnBlocking, Place::Thread, Place::Process] {
            let pulse = heart.pulse(place).unwrap();
            let during = pulse.row.beats.iter().filter(|beat| {
                pulse.row.work.unwrap().0 < beat.came && beat.came < pulse.row.work.unwrap().1
            });
            assert!(during.count() > 0, "{place:?}: {pulse:?}");
            assert_eq!(pulse.row.failed, None);
        }
    }

    #[test]
    fn every_beat_that_was_due_while_the_work_ran_is_there() {
        let heart = heartbeat(ms(100));
        for pulse in &heart.pulses {
            let ended = pulse.row.work.unwrap().1;
            let last = pulse.row.beats.last().unwrap().due;
            assert!(last > ended + 3.0 / RATE && last < ended + 8.0 / RATE, "{pulse:?}");
        }
        assert!(heart.pulse(Place::InPlace).unwrap().missed() >= 4, "100 ms are six beats");
    }

    #[test]
    fn work_that_panics_is_told_and_harms_nothing() {
        let heart = heartbeat_of("a fault", || panic!("no more paper"));
        for pulse in &heart.pulses {
            let told = pulse.row.failed.as_deref().unwrap_or_default();
            assert!(told.contains("no more paper"), "{:?}: {told}", pulse.place);
        }
        assert!(heartbeat(ms(0)).problem.unwrap().contains("from 1 to 5,000"));
    }
}
