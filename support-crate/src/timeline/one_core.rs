//! One core does one thing at a time: stretches that two threads claim on the same core are laid one after the other.
//!
//! A thread's processor time is read now and then, and between two readings it is only known how long the thread was on
//! a core, not when. Read alone, each thread runs first and is off its core after. Where two such stretches meet on one
//! core, the one that made a step at its start was there for certain; else the first one goes first. The other one runs
//! on as soon as it can, within the time that its own readings leave.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::scene::{Span, State, Step};

/// Makes the running stretches of every core follow one another. Takes and leaves `spans` in the order of their starts.
pub(super) fn one_at_a_time(spans: &mut Vec<Span>, steps: &[Step]) {
    if !any_overlap(spans) {
        return;
    }
    let certain: HashSet<(u32, u64)> = steps.iter().map(|step| (step.thread, step.time)).collect();
    let mut off: HashMap<(u32, u64), Span> = HashMap::new();
    let mut running: HashMap<u16, BinaryHeap<Reverse<Turn>>> = HashMap::new();
    let mut settled = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        match (span.state, span.core) {
            (State::Running, Some(core)) => running.entry(core).or_default().push(Reverse(Turn(span))),
            (State::Ready | State::Blocked | State::Waiting, None) => drop(off.insert(key(&span), span)),
            _ => settled.push(span),
        }
    }
    for turns in running.into_values() {
        Core { turns, off: &mut off, certain: &certain, settled: &mut settled, last: None }.settle();
    }
    settled.extend(off.into_values());
    settled.retain(|span| span.start < span.end);
    settled.sort_by_key(|span| (span.start, span.end, span.actor));
    *spans = settled;
}

/// A stretch off the core is found by the thread it belongs to and its start.
fn key(span: &Span) -> (u32, u64) {
    (span.thread, span.start)
}

fn any_overlap(spans: &[Span]) -> bool {
    let mut until: HashMap<u16, (u64, u32)> = HashMap::new();
    spans.iter().filter(|span| span.state == State::Running).any(|span| {
        let Some(core) = span.core else { return false };
        let (end, thread) = until.entry(core).or_insert((span.end, span.thread));
        let overlap = span.start < *end && *thread != span.thread;
        if span.end >= *end {
            (*end, *thread) = (span.end, span.thread);
        }
        overlap
    })
}

/// A running stretch, the one that begins first before the others.
#[derive(PartialEq, Eq)]
struct Turn(Span);

impl Ord for Turn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let order = |turn: &Self| (turn.0.start, turn.0.end, turn.0.thread, turn.0.actor);
        order(self).cmp(&order(other))
    }
}

impl PartialOrd for Turn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The turns on one core.
struct Core<'a> {
    turns: BinaryHeap<Reverse<Turn>>,
    off: &'a mut HashMap<(u32, u64), Span>,
    certain: &'a HashSet<(u32, u64)>,
    settled: &'a mut Vec<Span>,
    /// The turn before, which a later one may still cut short.
    last: Option<Span>,
}

impl Core<'_> {
    fn settle(mut self) {
        while let Some(Reverse(Turn(next))) = self.turns.pop() {
            match self.last {
                Some(last) if last.thread != next.thread && next.start < last.end => self.part(last, next),
                _ => self.settled.extend(self.last.replace(next)),
            }
        }
        self.settled.extend(self.last);
    }

    /// Two turns that overlap, `last` being the earlier one.
    fn part(&mut self, last: Span, next: Span) {
        let was_there = self.certain.contains(&(next.thread, next.start));
        if was_there && last.start < next.start {
            self.take_off(last, next);
        } else if !self.delay(next, last.end) {
            match next.end < last.end {
                true => self.take_off(last, next),
                false => self.halve(last, next),
            }
        }
    }

    /// `span` runs from `start` on, if its own time off the core leaves room for that.
    fn delay(&mut self, span: Span, start: u64) -> bool {
        let Some(free) = self.off.remove(&(span.thread, span.end)) else { return false };
        let end = start + span.length();
        if free.end < end {
            self.off.insert(key(&free), free);
            return false;
        }
        self.settled.push(Span { state: State::Ready, core: None, end: start, ..span });
        self.turns.push(Reverse(Turn(Span { start, end, ..span })));
        self.off.insert((span.thread, end), Span { start: end, ..free });
        true
    }

    /// `next` has the core in the middle of `last`, which runs on after it.
    fn take_off(&mut self, last: Span, next: Span) {
        self.settled.push(Span { end: next.start, ..last });
        self.last = None;
        self.turns.push(Reverse(Turn(next)));
        let rest = Span { start: next.start, ..last };
        if !self.delay(rest, next.end) {
            let back = next.end.min(last.end);
            self.settled.push(Span { state: State::Ready, core: None, end: back, ..rest });
            if back < last.end {
                self.turns.push(Reverse(Turn(Span { start: back, ..last })));
            }
        }
    }

    /// Nothing is known: the time that both claim is divided.
    fn halve(&mut self, last: Span, next: Span) {
        let middle = next.start + (last.end - next.start) / 2;
        self.settled.push(Span { state: State::Ready, core: None, start: middle, ..last });
        self.settled.push(Span { state: State::Ready, core: None, end: middle, ..next });
        self.last = Some(Span { end: middle, ..last });
        self.turns.push(Reverse(Turn(Span { start: middle, ..next })));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(thread: u32, state: State, start: u64, end: u64) -> Span {
        let core = (state == State::Running).then_some(0);
        Span { actor: thread, thread, core, state, start, end }
    }

    fn running(spans: &[Span]) -> Vec<(u32, u64, u64)> {
        let running = spans.iter().filter(|span| span.state == State::Running);
        running.map(|span| (span.thread, span.start, span.end)).collect()
    }

    #[test]
    fn the_second_of_two_waits_for_the_first_and_then_has_its_time() {
        let mut spans = vec![
            span(1, State::Running, 0, 50),
            span(2, State::Running, 0, 50),
            span(1, State::Waiting, 50, 100),
            span(2, State::Waiting, 50, 100),
        ];
        one_at_a_time(&mut spans, &[]);
        assert_eq!(running(&spans), [(1, 0, 50), (2, 50, 100)]);
        assert!(spans.contains(&span(2, State::Ready, 0, 50)));
        assert!(!spans.iter().any(|span| span.thread == 2 && span.state == State::Waiting));
    }

    #[test]
    fn who_made_a_step_was_there() {
        let mut spans = vec![
            span(1, State::Running, 0, 60),
            span(2, State::Running, 20, 40),
            span(2, State::Waiting, 40, 100),
            span(1, State::Waiting, 60, 100),
        ];
        let step = Step { actor: 2, thread: 2, core: Some(0), time: 20, label: 0 };
        one_at_a_time(&mut spans, &[step]);
        assert_eq!(running(&spans), [(1, 0, 20), (2, 20, 40), (1, 40, 80)]);
    }

    #[test]
    fn two_that_claim_all_of_the_same_time_share_it() {
        let mut spans = vec![span(1, State::Running, 0, 100), span(2, State::Running, 0, 100)];
        one_at_a_time(&mut spans, &[]);
        assert_eq!(running(&spans), [(1, 0, 50), (2, 50, 100)]);
    }

    proptest! {
        #[test]
        fn whatever_is_claimed_no_two_run_together_and_none_overlaps_itself(
            claims in prop::collection::vec((0u32..4, 1u64..50, 0u64..50), 1..40)
        ) {
            let mut at = [0u64; 4];
            let mut spans = Vec::new();
            for (thread, on, off) in claims {
                let start = &mut at[thread as usize];
                spans.push(span(thread, State::Running, *start, *start + on));
                spans.push(span(thread, State::Waiting, *start + on, *start + on + off));
                *start += on + off;
            }
            spans.retain(|span| span.start < span.end);
            spans.sort_by_key(|span| span.start);
            one_at_a_time(&mut spans, &[]);
            let mut turns = running(&spans);
            turns.sort_by_key(|turn| turn.1);
            prop_assert!(turns.windows(2).all(|pair| pair[0].2 <= pair[1].1), "{:?}", turns);
            for thread in 0..4 {
                let mut own: Vec<_> = spans.iter().filter(|span| span.thread == thread).collect();
                own.sort_by_key(|span| span.start);
                prop_assert!(own.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", own);
                prop_assert_eq!(own.last().map_or(0, |span| span.end), at[thread as usize]);
            }
        }
    }
}
