//! Whether a thread was really on a core while its time was claimed, by readings of its processor time.

use crate::trace::Event;

use super::claims::{Claim, For};
use super::scene::State;

/// One reading of a thread's processor time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    time: u64,
    cpu: u64,
    core: u16,
    /// At this moment the thread could run; with little time on a core before it, it waited for one.
    ready: bool,
    /// The count of voluntary switches, where it was read.
    voluntary: Option<u16>,
}

/// A thread's processor time as it grew.
#[derive(Debug, Default)]
pub(super) struct Curve(Vec<Reading>);

impl Curve {
    /// Adds an event's reading, if it has one. A thread first seen after the start began when its processor
    /// time was nothing, as late as that can have been.
    pub(super) fn add(&mut self, time: u64, event: &Event, ready: bool, new_thread: bool) {
        let Some(cpu) = event.cpu() else { return };
        match self.0.last() {
            None if new_thread => {
                let begin = time.saturating_sub(cpu);
                let (core, voluntary) = (event.core, Some(0));
                self.0.push(Reading { time: begin, cpu: 0, core, ready: false, voluntary });
            }
            // Two readings of one moment, taken by two threads, may come in the wrong order.
            Some(last) if time <= last.time || cpu < last.cpu => return,
            _ => {}
        }
        let voluntary = event.reading.voluntary();
        self.0.push(Reading { time, cpu, core: event.core, ready, voluntary });
    }

    /// When the thread began, as far as is known.
    pub(super) fn begin(&self) -> Option<u64> {
        self.0.first().map(|reading| reading.time)
    }
}

/// A share of a claim at or above this counts as all of it: reading the clocks takes time too.
const ALL: f64 = 0.8;
/// And below this as nothing.
const NOTHING: f64 = 0.05;

/// Hands out every claim in pieces of one state each. Between two readings the processor time goes first to who
/// said that it runs, then to the thread's own code; where that leaves a hole longer than `finest`, the claim
/// is cut: on a core first, off it after.
pub(super) fn settle(
    claims: &[Claim],
    curve: &Curve,
    finest: u64,
    emit: impl FnMut(&Claim, State, Option<u16>, u64, u64),
) {
    let mut pieces = Merge { last: None, emit };
    let mut from = 0;
    for window in edges(curve, claims) {
        while claims.get(from).is_some_and(|claim| claim.end <= window.start) {
            from += 1;
        }
        let inside = || {
            claims[from..].iter().take_while(|claim| claim.start < window.end).map(|claim| {
                let (start, end) = (claim.start.max(window.start), claim.end.min(window.end));
                (claim, start, end)
            })
        };
        let total = |what| {
            let of_kind = inside().filter(|(claim, ..)| claim.what == what);
            of_kind.map(|(_, start, end)| end - start).sum::<u64>() as f64
        };
        let (running, own) = (total(For::Running), total(For::Own));
        let (running_share, own_share) = match window.cpu {
            Some(cpu) => {
                let cpu = cpu as f64;
                ((cpu / running.max(1.0)).min(1.0), ((cpu - running) / own.max(1.0)).clamp(0.0, 1.0))
            }
            // Never read: what was said is believed, and of the rest nothing is known.
            None => (1.0, 0.0),
        };
        for (claim, start, end) in inside() {
            if window.cpu.is_none() && claim.what == For::Own {
                continue;
            }
            let share = match claim.what {
                For::Running => running_share,
                For::Own => own_share,
                For::Blocked => 0.0,
            };
            let off = match claim.what {
                For::Blocked => State::Blocked,
                _ if window.ready => State::Ready,
                For::Running => State::Blocked,
                For::Own => State::Waiting,
            };
            let own = claim.start >= window.start && claim.core != Event::NO_CORE;
            let core = if own { claim.core } else { window.core };
            let core = (core != Event::NO_CORE).then_some(core);
            let hole = (end - start) as f64 * (1.0 - share);
            let all = share >= ALL || (hole <= finest as f64 && share >= 0.5);
            let nothing = share <= NOTHING || (hole <= finest as f64 && share < 0.5);
            let middle = start + ((end - start) as f64 * share) as u64;
            let middle = if all {
                end
            } else if nothing {
                start
            } else {
                middle
            };
            pieces.add(claim, State::Running, core, start, middle);
            pieces.add(claim, off, None, middle, end);
        }
    }
    pieces.flush();
}

/// The time between two readings; before the first and after the last nothing is known.
struct Window {
    start: u64,
    end: u64,
    cpu: Option<u64>,
    core: u16,
    ready: bool,
}

fn edges(curve: &Curve, claims: &[Claim]) -> Vec<Window> {
    let readings = &curve.0;
    let unknown = |start, end| Window { start, end, cpu: None, core: Event::NO_CORE, ready: false };
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
        return vec![unknown(0, u64::MAX)];
    };
    let begin = claims.first().map_or(first.time, |claim| claim.start);
    let mut windows = Vec::with_capacity(readings.len() + 1);
    if begin < first.time {
        windows.push(unknown(begin, first.time));
    }
    let forced = forced(readings);
    let mut cores: Vec<u16> = readings.iter().map(|reading| reading.core).collect();
    // Where the core was not read, it is taken for that of the next reading which has one.
    for place in (1..cores.len()).rev() {
        if cores[place - 1] == Event::NO_CORE {
            cores[place - 1] = cores[place];
        }
    }
    windows.extend(readings.windows(2).zip(forced).zip(cores).map(|((pair, forced), core)| Window {
        start: pair[0].time,
        end: pair[1].time,
        cpu: Some(pair[1].cpu - pair[0].cpu),
        core,
        ready: pair[1].ready || forced,
    }));
    windows.push(unknown(last.time, u64::MAX));
    windows
}

/// For every pair of readings: whether the thread gave its core away of its own will never once between the nearest
/// counts before and after; then the system took it.
fn forced(readings: &[Reading]) -> Vec<bool> {
    let mut forced = vec![false; readings.len().saturating_sub(1)];
    let mut counts = readings.iter().enumerate().filter_map(|(place, r)| Some((place, r.voluntary?)));
    let Some(mut before) = counts.next() else { return forced };
    for count in counts {
        if count.1 == before.1 {
            forced[before.0..count.0].fill(true);
        }
        before = count;
    }
    forced
}

/// Joins pieces that follow one another in the same state on the same core.
struct Merge<'a, F> {
    last: Option<(&'a Claim, State, Option<u16>, u64, u64)>,
    emit: F,
}

impl<'a, F: FnMut(&Claim, State, Option<u16>, u64, u64)> Merge<'a, F> {
    fn add(&mut self, claim: &'a Claim, state: State, core: Option<u16>, start: u64, end: u64) {
        if start >= end {
            return;
        }
        if let Some((before, was, on, _, until)) = &mut self.last
            && (before.actor, *was, *on, *until) == (claim.actor, state, core, start)
        {
            *until = end;
            return;
        }
        self.flush();
        self.last = Some((claim, state, core, start, end));
    }

    fn flush(&mut self) {
        if let Some((claim, state, core, start, end)) = self.last.take() {
            (self.emit)(claim, state, core, start, end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Kind, Who};

    fn curve(readings: &[(u64, u64, bool)]) -> Curve {
        let mut curve = Curve::default();
        for &(time, cpu, ready) in readings {
            let event = Event {
                time,
                who: Who::THREAD,
                reading: crate::trace::Reading::new(cpu, None),
                pid: 1,
                tid: 1,
                label: Event::NO_LABEL,
                core: 0,
                kind: Kind::Stamp,
            };
            curve.add(time, &event, ready, false);
        }
        curve
    }

    fn claim(what: For, start: u64, end: u64) -> Claim {
        Claim { actor: 7, what, core: 0, start, end }
    }

    fn pieces(claims: &[Claim], readings: &[(u64, u64, bool)], finest: u64) -> Vec<(State, u64, u64)> {
        let mut pieces = Vec::new();
        settle(claims, &curve(readings), finest, |_, state, _, start, end| pieces.push((state, start, end)));
        pieces
    }

    #[test]
    fn a_task_on_a_core_all_the_time_is_one_piece() {
        let readings = [(0, 1, false), (50, 50, false), (100, 99, false)];
        assert_eq!(pieces(&[claim(For::Running, 0, 100)], &readings, 1), [(State::Running, 0, 100)]);
    }

    #[test]
    fn a_task_taken_off_its_core_is_ready_and_one_that_sleeps_is_blocked() {
        let readings =
            [(0, 1, false), (50, 51, false), (100, 51, true), (150, 101, false), (200, 101, false)];
        let expected = [
            (State::Running, 0, 50),
            (State::Ready, 50, 100),
            (State::Running, 100, 150),
            (State::Blocked, 150, 200),
        ];
        assert_eq!(pieces(&[claim(For::Running, 0, 200)], &readings, 1), expected);
    }

    #[test]
    fn processor_time_goes_to_the_task_before_the_thread() {
        let claims = [claim(For::Own, 0, 50), claim(For::Running, 50, 100)];
        let readings = [(0, 1, false), (100, 51, false)];
        assert_eq!(pieces(&claims, &readings, 1), [(State::Waiting, 0, 50), (State::Running, 50, 100)]);
    }

    #[test]
    fn a_hole_too_short_to_see_is_not_cut_out() {
        let readings = [(0, 1, false), (100, 61, false)];
        let claims = [claim(For::Running, 0, 100)];
        assert_eq!(pieces(&claims, &readings, 40), [(State::Running, 0, 100)]);
        assert_eq!(pieces(&claims, &readings, 39), [(State::Running, 0, 60), (State::Blocked, 60, 100)]);
    }

    #[test]
    fn without_readings_a_task_is_believed_and_a_thread_is_not_shown() {
        let claims = [claim(For::Own, 0, 10), claim(For::Running, 10, 20)];
        assert_eq!(pieces(&claims, &[], 1), [(State::Running, 10, 20)]);
    }

    #[test]
    fn a_core_that_was_not_read_is_that_of_the_next_reading() {
        let event = |time: u64, core: u16| Event {
            time,
            who: Who::THREAD,
            reading: crate::trace::Reading::new(time + 1, None),
            pid: 1,
            tid: 1,
            label: Event::NO_LABEL,
            core,
            kind: Kind::Stamp,
        };
        let mut curve = Curve::default();
        for (time, core) in [(0, Event::NO_CORE), (10, Event::NO_CORE), (20, 3), (30, 4)] {
            curve.add(time, &event(time, core), false, false);
        }
        let mut seen = Vec::new();
        let claims = [Claim { core: Event::NO_CORE, ..claim(For::Running, 0, 30) }];
        settle(&claims, &curve, 1, |_, _, core, start, end| seen.push((core, start, end)));
        assert_eq!(seen, [(Some(3), 0, 30)]);
    }

    #[test]
    fn a_new_thread_that_never_gave_way_was_taken_off_its_core() {
        let mut curve = Curve::default();
        for (time, cpu, voluntary) in [(50, 20, None), (100, 40, Some(0))] {
            let event = Event {
                time,
                who: Who::THREAD,
                reading: crate::trace::Reading::new(cpu, voluntary),
                pid: 1,
                tid: 1,
                label: Event::NO_LABEL,
                core: 0,
                kind: Kind::Stamp,
            };
            curve.add(time, &event, false, true);
        }
        let mut seen = Vec::new();
        settle(&[claim(For::Own, 30, 100)], &curve, 1, |_, state, _, start, end| {
            seen.push((state, start, end))
        });
        assert_eq!(seen, [(State::Running, 30, 70), (State::Ready, 70, 100)]);
    }

    #[test]
    fn a_thread_seen_late_began_when_it_had_used_nothing() {
        let mut curve = Curve::default();
        let mark = Event {
            time: 0,
            who: Who::THREAD,
            reading: crate::trace::Reading::new(30, None),
            pid: 1,
            tid: 1,
            label: 0,
            core: 0,
            kind: Kind::Mark,
        };
        curve.add(100, &mark, false, true);
        assert_eq!(curve.begin(), Some(70));
    }
}
