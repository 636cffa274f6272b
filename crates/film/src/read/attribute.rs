//! How long a thread was on a core while its time was claimed, by readings of its processor time.

use super::intervals::{Claim, Interval};
use super::samples::CpuSamples;
use super::span::{Span, State};

/// A share at or above this counts as all of the time: reading the clocks takes time too.
const ALL: f64 = 0.95;
/// And one at or below this as nothing.
const NOTHING: f64 = 0.05;

/// Gives every interval of one thread its time on a core.
///
/// Between two readings that time goes first to whoever said that it runs, and what remains to the thread's own code;
/// several intervals of one kind between two readings have the same share. When within an interval it was spent is not
/// known and not made up. A hole or a piece shorter than `finest` is too short to see and is not told from none.
pub(super) fn attribute(thread: u32, intervals: &[Interval], samples: &CpuSamples, finest: u64) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut from = 0;
    for window in samples.windows(intervals.first().map(|interval| interval.start)) {
        while intervals.get(from).is_some_and(|interval| interval.end <= window.start) {
            from += 1;
        }
        let inside = || {
            intervals[from..].iter().take_while(|interval| interval.start < window.end).map(|interval| {
                let (start, end) = (interval.start.max(window.start), interval.end.min(window.end));
                (interval, start, end)
            })
        };
        let total = |claim| {
            let of_kind = inside().filter(|(interval, ..)| interval.claim == claim);
            of_kind.map(|(_, start, end)| end - start).sum::<u64>() as f64
        };
        let (running, own) = (total(Claim::Running), total(Claim::Own));
        let (running_share, own_share) = match window.cpu {
            Some(cpu) => {
                let cpu = cpu as f64;
                ((cpu / running.max(1.0)).min(1.0), ((cpu - running) / own.max(1.0)).clamp(0.0, 1.0))
            }
            // Never read: what was said is believed, and of the rest nothing is known.
            None => (1.0, 0.0),
        };
        for (interval, start, end) in inside().filter(|(_, start, end)| start < end) {
            let (share, off) = match interval.claim {
                Claim::Running => (running_share, State::Blocked),
                Claim::Own if window.cpu.is_none() => continue,
                Claim::Own => (own_share, State::Waiting),
                Claim::Blocked => (0.0, State::Blocked),
            };
            let off = if window.ready && interval.claim != Claim::Blocked { State::Ready } else { off };
            let core = interval.core.filter(|_| interval.start >= window.start).or(window.core);
            let (state, on_core) = known_of(end - start, share, off, finest);
            let core = core.filter(|_| on_core > 0);
            append(&mut spans, Span { actor: interval.actor, thread, core, state, start, end, on_core });
        }
    }
    spans
}

/// The state of a stretch that was on a core for a share of its time, and how long that was.
fn known_of(length: u64, share: f64, off: State, finest: u64) -> (State, u64) {
    let on_core = ((length as f64 * share).round() as u64).min(length);
    let most = share >= 0.5;
    if share >= ALL || (most && length - on_core <= finest) {
        (State::Running, on_core.max(1))
    } else if share <= NOTHING || (!most && on_core <= finest) {
        (off, 0)
    } else {
        (off, on_core)
    }
}

/// Joins stretches that follow one another in the same state on the same core; those of which only the amount is
/// known stay as short as their readings lie apart.
fn append(spans: &mut Vec<Span>, next: Span) {
    match spans.last_mut() {
        Some(last)
            if (last.actor, last.state, last.core, last.end)
                == (next.actor, next.state, next.core, next.start)
                && !last.is_partial()
                && !next.is_partial() =>
        {
            last.end = next.end;
            last.on_core += next.on_core;
        }
        _ => spans.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, EventKind, Reading, Who};

    fn sample(time: u64, core: Option<u16>, reading: Reading) -> Event {
        let (who, reading, kind) = (Who::Thread, Some(reading), EventKind::Stamp);
        Event { time, who, reading, pid: 1, tid: 1, label: None, core, kind }
    }

    fn samples(readings: &[(u64, u64, bool)]) -> CpuSamples {
        let mut samples = CpuSamples::default();
        for &(time, cpu, ready) in readings {
            samples.add(time, &sample(time, Some(0), Reading::new(cpu, None)), ready, false);
        }
        samples
    }

    fn interval(claim: Claim, start: u64, end: u64) -> Interval {
        Interval { actor: 7, claim, core: Some(0), start, end }
    }

    fn spans(intervals: &[Interval], samples: &CpuSamples, finest: u64) -> Vec<(State, u64, u64, u64)> {
        let spans = attribute(0, intervals, samples, finest);
        spans.iter().map(|span| (span.state, span.start, span.end, span.on_core)).collect()
    }

    #[test]
    fn a_task_on_a_core_all_the_time_is_one_span() {
        let samples = samples(&[(0, 1, false), (50, 50, false), (100, 99, false)]);
        let task = [interval(Claim::Running, 0, 100)];
        assert_eq!(spans(&task, &samples, 1), [(State::Running, 0, 100, 98)]);
    }

    #[test]
    fn a_task_taken_off_its_core_is_ready_and_one_that_sleeps_is_blocked() {
        let samples =
            samples(&[(0, 1, false), (50, 51, false), (100, 51, true), (150, 101, false), (200, 101, false)]);
        let expected = [
            (State::Running, 0, 50, 50),
            (State::Ready, 50, 100, 0),
            (State::Running, 100, 150, 50),
            (State::Blocked, 150, 200, 0),
        ];
        assert_eq!(spans(&[interval(Claim::Running, 0, 200)], &samples, 1), expected);
    }

    #[test]
    fn processor_time_goes_to_the_task_before_the_thread() {
        let intervals = [interval(Claim::Own, 0, 50), interval(Claim::Running, 50, 100)];
        let samples = samples(&[(0, 1, false), (100, 51, false)]);
        assert_eq!(
            spans(&intervals, &samples, 1),
            [(State::Waiting, 0, 50, 0), (State::Running, 50, 100, 50)]
        );
    }

    #[test]
    fn a_hole_too_short_to_see_is_none_and_a_longer_one_leaves_a_share() {
        let samples = samples(&[(0, 1, false), (100, 61, false)]);
        let task = [interval(Claim::Running, 0, 100)];
        assert_eq!(spans(&task, &samples, 40), [(State::Running, 0, 100, 60)]);
        assert_eq!(spans(&task, &samples, 39), [(State::Blocked, 0, 100, 60)]);
    }

    #[test]
    fn without_readings_a_task_is_believed_and_a_thread_is_not_shown() {
        let intervals = [interval(Claim::Own, 0, 10), interval(Claim::Running, 10, 20)];
        assert_eq!(spans(&intervals, &CpuSamples::default(), 1), [(State::Running, 10, 20, 10)]);
    }

    #[test]
    fn a_core_that_was_not_read_is_that_of_the_next_reading() {
        let mut samples = CpuSamples::default();
        for (time, core) in [(0, None), (10, None), (20, Some(3)), (30, Some(4))] {
            samples.add(time, &sample(time, core, Reading::new(time + 1, None)), false, false);
        }
        let task = Interval { core: None, ..interval(Claim::Running, 0, 30) };
        let spans = attribute(0, &[task], &samples, 1);
        let seen: Vec<_> = spans.iter().map(|span| (span.core, span.start, span.end)).collect();
        assert_eq!(seen, [(Some(3), 0, 30)]);
    }

    #[test]
    fn a_new_thread_that_never_gave_way_was_taken_off_its_core() {
        let mut samples = CpuSamples::default();
        let first = Reading::new(20, None);
        for (time, reading) in [(50, first), (100, Reading { cpu: 40, own: true, stayed: true, ..first })] {
            samples.add(time, &sample(time, Some(0), reading), false, true);
        }
        let own = [interval(Claim::Own, 30, 100)];
        assert_eq!(spans(&own, &samples, 1), [(State::Running, 30, 50, 20), (State::Ready, 50, 100, 20)]);
    }

    /// Readings with counts: time, processor time, arrivals, read by the thread itself.
    fn counted(readings: &[(u64, u64, u64, bool)]) -> Vec<(State, u64, u64, u64)> {
        let mut samples = CpuSamples::default();
        for &(time, cpu, arrivals, own) in readings {
            let reading = Reading { own, ..Reading::new(cpu, Some(arrivals)) };
            samples.add(time, &sample(time, Some(0), reading), false, false);
        }
        spans(&[interval(Claim::Own, 0, 10_000_000)], &samples, 10_000)
    }

    #[test]
    fn who_was_given_no_core_ran_first_and_who_was_given_one_and_still_has_it_ran_last() {
        let (ms, none) = (1_000_000, 1);
        let on_off = counted(&[(0, none, 3, false), (4 * ms, ms + none, 3, false)]);
        assert_eq!(on_off, [(State::Running, 0, ms, ms), (State::Waiting, ms, 4 * ms, 0)]);
        let off_on = counted(&[
            (0, none, 3, false),
            (2 * ms, none, 3, false),
            (6 * ms, ms + none, 4, false),
            (8 * ms, 3 * ms + none, 4, true),
        ]);
        assert_eq!(off_on, [(State::Waiting, 0, 5 * ms, 0), (State::Running, 5 * ms, 8 * ms, 3 * ms)]);
    }

    #[test]
    fn of_a_turn_between_two_readings_nobody_knows_when_it_was() {
        let ms = 1_000_000;
        let turn =
            [(0, 1, 3, false), (2 * ms, 1, 3, false), (6 * ms, ms + 1, 4, false), (9 * ms, ms + 1, 4, false)];
        assert_eq!(counted(&turn)[1], (State::Waiting, 2 * ms, 6 * ms, ms));
        let hole = [(0, 1, 3, true), (4 * ms, 2 * ms + 1, 4, true)];
        assert_eq!(counted(&hole), [(State::Waiting, 0, 4 * ms, 2 * ms)]);
    }

    #[test]
    fn a_thread_seen_late_began_when_it_had_used_nothing() {
        let mut samples = CpuSamples::default();
        samples.add(100, &sample(100, Some(0), Reading::new(30, None)), false, true);
        assert_eq!(samples.begin(), Some(70));
    }
}
