//! How long a thread was on a core while its time was claimed, by readings of its processor time.

use crate::event::Event;

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
            let known = interval.start >= window.start && interval.core != Event::NO_CORE;
            let core = if known { interval.core } else { window.core };
            let (state, on_core) = known_of(end - start, share, off, finest);
            let core = (on_core > 0 && core != Event::NO_CORE).then_some(core);
            append(&mut spans, Span { actor: interval.actor, thread, core, state, start, end, on_core });
        }
    }
    spans
}

/// The state of a stretch that was on a core for a share of its time, and how long that was.
fn known_of(length: u64, share: f64, off: State, finest: u64) -> (State, u64) {
    let on_core = ((length as f64 * share) as u64).min(length);
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
