//! How long threads ran, and how long two of them at once: what is certain and what is possible.

use super::span::{Span, State};

/// Who follows whom on two cores may seem to overlap for the moment between two clocks.
pub(super) const SHORTEST: u64 = 200;

/// Bounds, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Together {
    /// At least one ran for so long at most.
    pub busy: u64,
    /// Two cores or more ran one each for so long at least.
    pub overlap: u64,
    /// And for so long at most.
    pub possible: u64,
}

/// A stretch under way, and for how much of it others may have run too.
struct Under<'a> {
    span: &'a Span,
    /// Time beside another one that had a core of its own nearly all the time, as this one did.
    beside: u64,
    /// Time in which another one may have been on another core.
    maybe: u64,
    /// Time since somebody last had a core for certain.
    alone: u64,
}

impl Under<'_> {
    fn is_whole(&self) -> bool {
        self.span.state == State::Running
    }
}

impl Together {
    /// Of the stretches with time on a core, those of one thread not overlapping. Two on one core at once are one core
    /// that goes from one to the other.
    pub(super) fn of(running: &[&Span]) -> Self {
        let mut edges: Vec<(u64, bool, usize)> = Vec::with_capacity(2 * running.len());
        for (place, span) in running.iter().enumerate() {
            edges.extend([(span.start, true, place), (span.end, false, place)]);
        }
        edges.sort_unstable();
        let mut sum = Sum::default();
        let mut under: Vec<(usize, Under)> = Vec::new();
        let mut since = 0;
        for (time, starts, place) in edges {
            sum.pass(time - since, &mut under);
            since = time;
            if starts {
                under.push((place, Under { span: running[place], beside: 0, maybe: 0, alone: 0 }));
            } else if let Some(at) = under.iter().position(|(other, _)| *other == place) {
                sum.end(&under.swap_remove(at).1);
            }
        }
        sum.partly();
        Self {
            busy: sum.busy,
            overlap: sum.beside.saturating_sub(sum.holes),
            possible: sum.maybe.min(sum.of_two / 2),
        }
    }
}

#[derive(Default)]
struct Sum {
    busy: u64,
    /// Time in which two cores were each taken nearly all the time.
    beside: u64,
    /// What was missing of "all the time" then.
    holes: u64,
    /// Time in which two may have been on cores of their own.
    maybe: u64,
    /// What those were on a core then, added up.
    of_two: u64,
    /// A stretch of time in which nobody had a core for certain, and what was spent on one in it.
    open: u64,
    spent: u64,
}

impl Sum {
    fn pass(&mut self, time: u64, under: &mut [(usize, Under)]) {
        if time == 0 {
            return;
        }
        let whole = |under: &[(usize, Under)]| under.iter().any(|(_, one)| one.is_whole());
        if whole(under) || under.is_empty() {
            for (_, one) in under.iter_mut() {
                self.spent += one.alone.min(one.span.on_core);
                one.alone = 0;
            }
            self.partly();
            self.busy += if under.is_empty() { 0 } else { time };
        } else {
            self.open += time;
            under.iter_mut().for_each(|(_, one)| one.alone += time);
        }
        if time < SHORTEST {
            return;
        }
        if two_cores(under.iter().filter(|(_, one)| one.is_whole()), false) {
            self.beside += time;
            under.iter_mut().filter(|(_, one)| one.is_whole()).for_each(|(_, one)| one.beside += time);
        }
        if two_cores(under.iter(), true) {
            self.maybe += time;
            under.iter_mut().for_each(|(_, one)| one.maybe += time);
        }
    }

    fn end(&mut self, one: &Under) {
        self.spent += one.alone.min(one.span.on_core);
        self.holes += one.beside.min(one.span.length() - one.span.on_core);
        self.of_two += one.maybe.min(one.span.on_core);
    }

    /// Who shared a stretch of time in which nobody had a core for certain had it for no longer than it lasted.
    fn partly(&mut self) {
        self.busy += self.open.min(self.spent);
        (self.open, self.spent) = (0, 0);
    }
}

/// Whether these are on two cores; an unknown core may be another one, if that is allowed.
fn two_cores<'a>(mut of: impl Iterator<Item = &'a (usize, Under<'a>)>, unknown: bool) -> bool {
    let known = |one: &Under| unknown || one.span.core.is_some();
    let Some(first) = of.by_ref().map(|(_, one)| one).find(|one| known(one)).map(|one| one.span.core) else {
        return false;
    };
    of.any(|(_, one)| known(one) && (one.span.core != first || first.is_none()))
}
