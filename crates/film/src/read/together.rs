//! How long threads ran, and how long two of them at once: what is certain and what is possible.

use super::span::{Span, State};

/// Who follows whom on two cores may seem to overlap for the moment between two clocks.
pub(super) const SHORTEST: u64 = 200;

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

/// For how many nanoseconds at least one ran, at most; two cores or more ran one each, at least; and at most.
///
/// Of the stretches with time on a core, those of one thread not overlapping. Two on one core at once are one core
/// that goes from one to the other.
pub(super) fn together(running: &[&Span]) -> (u64, u64, u64) {
    let mut edges: Vec<(u64, bool, usize)> = Vec::with_capacity(2 * running.len());
    for (place, span) in running.iter().enumerate() {
        edges.extend([(span.start, true, place), (span.end, false, place)]);
    }
    edges.sort_unstable();
    let mut sum = Sum::default();
    let mut under: Vec<Under> = Vec::new();
    let mut since = 0;
    for (time, starts, place) in edges {
        sum.pass(time - since, &mut under);
        since = time;
        let span = running[place];
        if starts {
            under.push(Under { span, beside: 0, maybe: 0, alone: 0 });
        } else if let Some(at) = under.iter().position(|one| std::ptr::eq(one.span, span)) {
            sum.end(&under.swap_remove(at));
        }
    }
    sum.partly();
    (sum.busy, sum.beside.saturating_sub(sum.holes), sum.maybe.min(sum.of_two / 2))
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
    fn pass(&mut self, time: u64, under: &mut [Under]) {
        if time == 0 {
            return;
        }
        if under.is_empty() || under.iter().any(Under::is_whole) {
            for one in under.iter_mut() {
                self.spent += one.alone.min(one.span.on_core);
                one.alone = 0;
            }
            self.partly();
            self.busy += if under.is_empty() { 0 } else { time };
        } else {
            self.open += time;
            under.iter_mut().for_each(|one| one.alone += time);
        }
        if time < SHORTEST {
            return;
        }
        let whole = under.iter().filter(|one| one.is_whole());
        if two_cores(whole.map(|one| one.span.core).filter(Option::is_some)) {
            self.beside += time;
            under.iter_mut().filter(|one| one.is_whole()).for_each(|one| one.beside += time);
        }
        if two_cores(under.iter().map(|one| one.span.core)) {
            self.maybe += time;
            under.iter_mut().for_each(|one| one.maybe += time);
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

/// Whether two of these may be different cores; one that is not known may be any.
fn two_cores(mut cores: impl Iterator<Item = Option<u16>>) -> bool {
    cores.next().is_some_and(|first| cores.any(|core| core != first || first.is_none()))
}
