//! A heartbeat of 60 beats a second while work runs in one place or another.

use std::sync::Arc;
use std::time::Duration;

use super::beating::{PLACES, Place, RATE, Work, pulse, rhythm};
use crate::chart::{Caption, Figure, HeartbeatRow, HeartbeatSeries};
use crate::format;
use crate::machine::machine;
use crate::workload::{busy, check};

/// Keeps a heartbeat of 60 beats a second while a computation of the given length runs in six places.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(heartbeat(ms(60)).text().contains("A heartbeat beside a computation of 60.0 ms"));
/// ```
pub fn heartbeat(work: Duration) -> Figure {
    if let Err(problem) = check::number("milliseconds of work", work.as_millis() as usize, 1..=5_000) {
        return Figure::problem(problem);
    }
    let title = format!("a computation of {}", format::duration(work.as_secs_f64()));
    figure(&title, beside_computing(work))
}

/// Keeps a heartbeat while the reader's own work runs in place, as an async task, by `spawn_blocking`, on a thread and
/// in a process. A closure cannot give way, so there is no task that yields.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(heartbeat_of("a nap", || std::thread::sleep(ms(60))).text().contains("A heartbeat beside a nap"));
/// ```
pub fn heartbeat_of(title: &str, work: impl Fn() + Send + Sync + 'static) -> Figure {
    figure(title, beside(Arc::new(work), None))
}

/// The pulse in every place beside a computation, in the order of places.
pub(crate) fn beside_computing(work: Duration) -> Vec<HeartbeatRow> {
    beside(Arc::new(move || busy(work)), Some(work))
}

/// A pulse in each place; in a task that yields where it is known how long the work computes.
pub(crate) fn beside(work: Work, yields_for: Option<Duration>) -> Vec<HeartbeatRow> {
    let places = PLACES.into_iter().filter(|place| place.0 != Place::TaskThatYields || yields_for.is_some());
    places.map(|place| pulse(place, work.clone(), yields_for)).collect()
}

/// Pulses as a picture, with who missed beats in its title.
fn figure(title: &str, rows: Vec<HeartbeatRow>) -> Figure {
    let kept = rows.iter().filter(|row| row.failed.is_none());
    let missed = kept.map(|row| (row.name.as_str(), rhythm(row).missed.len() as u64));
    let (held, others): (Vec<_>, Vec<_>) = missed.partition(|(_, missed)| *missed > 0);
    let names: Vec<_> = held.iter().map(|(name, _)| name).collect();
    let failed = rows.iter().filter(|row| row.failed.is_some()).count();
    let finding = match held.iter().map(|(_, missed)| *missed).max() {
        None if failed == rows.len() => "The work failed in every place".to_owned(),
        None => "No beat was missed".to_owned(),
        Some(most) => {
            let others = if others.is_empty() { "" } else { "; the others missed none" };
            format!("{}: up to {} missed{others}", format::list(&names), format::plural(most, "beat"))
        }
    };
    let subtitle = format!("A heartbeat beside {title} · {}", machine().in_short());
    Figure::new(HeartbeatSeries { caption: Caption::new(finding, subtitle), period: 1.0 / RATE, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Heartbeat;
    use crate::units::ms;

    #[test]
    fn beats_due_while_the_thread_is_held_come_only_after_the_work_and_elsewhere_meanwhile() {
        let pulses = beside_computing(ms(120));
        assert_eq!(pulses.len(), PLACES.len());
        for ((place, ..), row) in PLACES.iter().zip(&pulses) {
            assert_eq!(row.failed, None);
            let (began, ended) = row.work.unwrap();
            let during = row.beats.iter().filter(|beat| began < beat.came && beat.came < ended).count();
            if matches!(place, Place::HeartsThread | Place::Task) {
                assert_eq!(during, 0, "{row:?}");
                assert!(rhythm(row).latest > 0.05 && rhythm(row).missed.len() >= 4, "{row:?}");
            } else {
                assert!(during > 0, "{row:?}");
            }
            // Every beat that was due while the work ran is there.
            let last = row.beats.last().unwrap().due;
            assert!(last > ended + 3.0 / RATE && last < ended + 8.0 / RATE, "{row:?}");
        }
    }

    #[test]
    fn work_that_panics_is_told_and_harms_nothing() {
        let pulses = beside(Arc::new(|| panic!("no more paper")), None);
        for row in &pulses {
            let told = row.failed.as_deref().unwrap_or_default();
            assert!(told.contains("no more paper"), "{}: {told}", row.name);
        }
        assert_eq!(pulses.len(), PLACES.len() - 1);
        assert!(heartbeat(ms(0)).text().contains("from 1 to 5,000"));
    }

    #[test]
    fn it_is_drawn_and_told_with_its_missed_beats() {
        let beat = |due: f64, came: f64| Heartbeat { due, came };
        let row = HeartbeatRow {
            look: None,
            name: "in place".into(),
            beats: vec![beat(0.016, 0.016), beat(0.033, 0.3), beat(0.05, 0.3)],
            work: Some((0.016, 0.3)),
            failed: None,
        };
        let text = figure("a nap", vec![row]).text();
        assert!(text.starts_with("In place: up to 2 beats missed\n"), "{text}");
        assert!(text.contains("A heartbeat beside a nap"), "{text}");
    }
}
