//! Whom a thread's time belongs to, by what the events say; whether it was on a core then is another question.

/// What an interval is claimed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// A task said that it runs.
    Running,
    /// A task, or the thread, said that it waits and holds the thread.
    Blocked,
    /// Nobody said anything: the thread's own code, or a tokio task between two of its steps.
    Own,
}

/// A stretch of one thread's time that belongs to one actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub actor: u32,
    pub claim: Claim,
    pub core: Option<u16>,
    pub start: u64,
    pub end: u64,
}

/// The intervals of one thread's time while its events are read.
#[derive(Debug, Default)]
pub(super) struct Intervals {
    /// The time of the last event.
    pub last: u64,
    all: Vec<Interval>,
    /// The thread itself.
    own: u32,
    /// Tasks that run within one another, the innermost last.
    stack: Vec<(u32, Claim)>,
    /// Who owns the thread when no task does, and since when.
    base: u32,
    /// The owner said that it waits.
    base_blocked: bool,
    since: u64,
    core: Option<u16>,
    ended: bool,
}

impl Intervals {
    /// The thread `own` is there since `begin` at the latest.
    pub(super) fn new(own: u32, begin: u64, core: Option<u16>) -> Self {
        Self { own, base: own, since: begin, core, ..Self::default() }
    }

    /// A task runs, or runs on after it was blocked.
    pub(super) fn run(&mut self, actor: u32, time: u64, core: Option<u16>) {
        self.cut(time, core);
        if let Some(top) = self.stack.last_mut().filter(|top| top.0 == actor) {
            top.1 = Claim::Running;
        } else {
            self.stack.push((actor, Claim::Running));
        }
    }

    /// The thread's own code runs on after it was blocked.
    pub(super) fn unblock(&mut self, time: u64, core: Option<u16>) {
        self.cut(time, core);
        self.base_blocked = false;
    }

    /// The task waits and holds the thread.
    pub(super) fn block(&mut self, actor: u32, time: u64, core: Option<u16>) {
        self.cut(time, core);
        match self.stack.iter_mut().rfind(|entry| entry.0 == actor) {
            Some(entry) => entry.1 = Claim::Blocked,
            None => self.base_blocked = true,
        }
    }

    /// The task gives the thread back.
    pub(super) fn leave(&mut self, actor: u32, time: u64, core: Option<u16>) {
        self.cut(time, core);
        if let Some(place) = self.stack.iter().rposition(|entry| entry.0 == actor) {
            self.stack.truncate(place);
        }
    }

    /// A step of someone who says nothing else (a tokio task, the thread itself): it owns the thread until
    /// another one makes a step.
    pub(super) fn mark(&mut self, actor: u32, time: u64, core: Option<u16>) {
        if self.stack.is_empty() && self.base != actor {
            self.cut(time, core);
            self.base = actor;
        }
    }

    /// The thread ends.
    pub(super) fn end(&mut self, time: u64) {
        self.cut(time, self.core);
        self.ended = true;
    }

    fn cut(&mut self, time: u64, core: Option<u16>) {
        let base = (self.base, if self.base_blocked { Claim::Blocked } else { Claim::Own });
        let (actor, claim) = self.stack.last().copied().unwrap_or(base);
        if time > self.since && !self.ended {
            self.all.push(Interval { actor, claim, core: self.core, start: self.since, end: time });
        }
        self.since = time;
        self.core = core.or(self.core);
    }

    /// All intervals; what a task still holds lasts until the recording ended. `last_step` tells when a tokio task
    /// made its last step: whether it owned the thread after that nobody knows, so the thread gets it back.
    pub(super) fn finish(mut self, length: u64, last_step: impl Fn(u32) -> Option<u64>) -> Vec<Interval> {
        let end = if self.stack.is_empty() { self.last } else { length };
        self.cut(end, None);
        for interval in &mut self.all {
            if interval.claim == Claim::Own
                && last_step(interval.actor).is_some_and(|last| interval.start >= last)
            {
                interval.actor = self.own;
            }
        }
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: u32 = 0;

    fn claimed(record: impl FnOnce(&mut Intervals)) -> Vec<(u32, Claim, u64, u64)> {
        let mut claimed = Intervals::new(THREAD, 0, Some(0));
        record(&mut claimed);
        let claims = claimed.finish(100, |actor| (actor >= 10).then_some(50));
        claims
            .into_iter()
            .map(|interval| (interval.actor, interval.claim, interval.start, interval.end))
            .collect()
    }

    #[test]
    fn a_task_within_a_task_interrupts_it() {
        let claims = claimed(|thread| {
            thread.run(1, 10, Some(0));
            thread.run(2, 20, Some(0));
            thread.leave(2, 30, Some(0));
            thread.leave(1, 40, Some(0));
            thread.end(50);
        });
        let expected = [(THREAD, 0, 10), (1, 10, 20), (2, 20, 30), (1, 30, 40), (THREAD, 40, 50)]
            .map(|(who, from, to)| (who, if who == THREAD { Claim::Own } else { Claim::Running }, from, to));
        assert_eq!(claims, expected);
    }

    #[test]
    fn a_blocked_task_keeps_its_thread() {
        let claims = claimed(|thread| {
            thread.run(1, 0, Some(0));
            thread.block(1, 10, Some(0));
            thread.run(1, 90, Some(0));
        });
        assert_eq!(
            claims,
            [(1, Claim::Running, 0, 10), (1, Claim::Blocked, 10, 90), (1, Claim::Running, 90, 100)]
        );
    }

    #[test]
    fn the_thread_itself_can_wait() {
        let claims = claimed(|thread| {
            thread.block(THREAD, 10, Some(0));
            thread.unblock(30, Some(0));
            thread.end(40);
        });
        assert_eq!(
            claims,
            [(THREAD, Claim::Own, 0, 10), (THREAD, Claim::Blocked, 10, 30), (THREAD, Claim::Own, 30, 40)]
        );
    }

    #[test]
    fn a_step_owns_the_thread_until_the_next_ones_step_but_not_after_the_last() {
        let claims = claimed(|thread| {
            thread.mark(10, 10, Some(0));
            thread.mark(11, 20, Some(0));
            thread.mark(10, 50, Some(0));
            thread.last = 80;
        });
        let expected = [(THREAD, 0, 10), (10, 10, 20), (11, 20, 50), (THREAD, 50, 80)];
        assert_eq!(claims, expected.map(|(who, from, to)| (who, Claim::Own, from, to)));
    }
}
