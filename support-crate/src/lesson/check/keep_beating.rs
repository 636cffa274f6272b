//! 06: an interface that goes on while work is done.

use std::marker::PhantomData;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use super::reply::{Reply, answer, judged, require};
use crate::format;
use crate::lesson::monitor::Monitor;
use crate::units::{secs, us};

/// Beats that have to come while the work runs, the second time so many that no fixed number does for both.
const BEATS: [usize; 2] = [10, 250];
/// Beats that may come after it: on a busy machine a thread ends late.
const AFTER: usize = 200;

#[derive(Debug, Default)]
struct State {
    working: bool,
    worked_on: Option<ThreadId>,
    beats: usize,
    beats_during: usize,
}

/// An interface: [`Heart::beat`] draws one frame. It stays on the thread that it was given to, as most interfaces do.
#[derive(Debug)]
pub struct Heart {
    shared: Arc<Monitor<State>>,
    // A pointer is neither Send nor Sync: the compiler keeps the interface on its thread.
    on_one_thread: PhantomData<*const ()>,
}

impl Heart {
    /// Draws one frame.
    pub fn beat(&mut self) {
        self.shared.with(|state| {
            state.beats += 1;
            state.beats_during += usize::from(state.working);
        });
        thread::sleep(us(500));
    }
}

/// Work that takes as long as a good number of frames.
#[derive(Debug)]
pub struct LongWork {
    shared: Arc<Monitor<State>>,
    beats: usize,
}

impl LongWork {
    /// Does all the work, blocking, and gives its answer.
    pub fn run(self) -> u64 {
        self.shared.with(|state| {
            state.working = true;
            state.worked_on = Some(thread::current().id());
        });
        self.shared.wait_while(secs(2), |state| state.beats_during < self.beats);
        self.shared.with(|state| state.working = false);
        answer(self.beats)
    }
}

/// Checks a function that does long work and keeps an interface beating all the while, then returns the work's answer.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Heart, LongWork};
/// fn keep_beating(heart: &mut Heart, work: LongWork) -> u64 {
///     todo!()
/// }
/// assert!(check::keep_beating(keep_beating).sentence.contains("todo!()"));
/// ```
pub fn keep_beating(theirs: impl Fn(&mut Heart, LongWork) -> u64) -> Reply {
    judged(&theirs, "how does your loop of beats find out that the work is done?", || {
        let told = kept_beating(&theirs, BEATS[0])?;
        kept_beating(&theirs, BEATS[1]).map_err(|why| format!("longer work: {why}"))?;
        Ok(told)
    })
}

fn kept_beating(theirs: impl Fn(&mut Heart, LongWork) -> u64, least: usize) -> Result<String, String> {
    let shared = Arc::<Monitor<State>>::default();
    let mut heart = Heart { shared: shared.clone(), on_one_thread: PhantomData };
    let answered = theirs(&mut heart, LongWork { shared: shared.clone(), beats: least });
    shared.with(|state| {
        require!(
            state.worked_on.is_some(),
            "the work was never begun in this process: call its run() on a thread of it (another process has its own copy)"
        );
        require!(!state.working, "it came back while the work was still running: join its thread");
        let (beats, during) = (format::plural(state.beats as u64, "beat"), state.beats_during);
        require!(
            state.worked_on != Some(thread::current().id()),
            "the work ran on the interface's own thread, and no beat came meanwhile ({beats} in all)"
        );
        require!(
            during >= least,
            "only {during} beats came while the work ran ({beats} in all): beat until its thread has finished, then join"
        );
        let after = state.beats - during;
        require!(after <= AFTER, "{after} beats came when the work was done already: ask between beats whether it is");
        let expected = answer(least);
        require!(answered == expected, "it gave {answered}, but the work's answer is {expected}");
        Ok(format!("{during} beats came while the work ran on another thread, and its answer came back"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&keep_beating(|_, _| todo!()), NotDone, "todo!()");
        let in_place = |heart: &mut Heart, work: LongWork| {
            heart.beat();
            let answer = work.run();
            heart.beat();
            answer
        };
        assert_reply(&keep_beating(in_place), Wrong, "on the interface's own thread");
        let join_at_once = |heart: &mut Heart, work: LongWork| {
            let answer = thread::spawn(move || work.run()).join().unwrap();
            heart.beat();
            answer
        };
        assert_reply(
            &keep_beating(join_at_once),
            Wrong,
            "only 0 beats came while the work ran (1 beat in all)",
        );
        let too_few = |heart: &mut Heart, work: LongWork| {
            let began = heart.shared.clone();
            let thread = thread::spawn(move || work.run());
            while !began.with(|state| state.working) {
                thread::yield_now();
            }
            (0..3).for_each(|_| heart.beat());
            thread.join().unwrap()
        };
        assert_reply(&keep_beating(too_few), Wrong, "only 3 beats came while the work ran");
        let forgets = |heart: &mut Heart, work: LongWork| {
            let thread = thread::spawn(move || work.run());
            while !thread.is_finished() {
                heart.beat();
            }
            0
        };
        assert_reply(&keep_beating(forgets), Wrong, "it gave 0");
        assert_reply(&keep_beating(|_, _| 0), Wrong, "never begun");
        let fixed = |number: usize| {
            move |heart: &mut Heart, work: LongWork| {
                let thread = thread::spawn(move || work.run());
                (0..number).for_each(|_| heart.beat());
                thread.join().unwrap()
            }
        };
        assert_reply(&keep_beating(fixed(60)), Wrong, "longer work: only ");
        assert_reply(&keep_beating(fixed(300)), Wrong, "beats came when the work was done already");
        let right = |heart: &mut Heart, work: LongWork| {
            let thread = thread::spawn(move || work.run());
            while !thread.is_finished() {
                heart.beat();
            }
            thread.join().unwrap()
        };
        assert_reply(&keep_beating(right), Right, "beats came while the work ran");
        let by_channel = |heart: &mut Heart, work: LongWork| {
            let (sender, receiver) = std::sync::mpsc::channel();
            thread::spawn(move || sender.send(work.run()).unwrap());
            loop {
                heart.beat();
                if let Ok(answer) = receiver.try_recv() {
                    return answer;
                }
            }
        };
        assert_reply(&keep_beating(by_channel), Right, "beats came while the work ran");
        let scoped = |heart: &mut Heart, work: LongWork| {
            let done = std::sync::atomic::AtomicBool::new(false);
            let done = &done;
            thread::scope(|scope| {
                let worker = scope.spawn(move || {
                    let answer = work.run();
                    done.store(true, std::sync::atomic::Ordering::Release);
                    answer
                });
                while !done.load(std::sync::atomic::Ordering::Acquire) {
                    heart.beat();
                }
                worker.join().unwrap()
            })
        };
        assert_reply(&keep_beating(scoped), Right, "beats came while the work ran");
    }

    #[test]
    fn tells_beats_that_never_end() {
        let for_ever = |heart: &mut Heart, work: LongWork| -> u64 {
            thread::spawn(move || work.run());
            loop {
                heart.beat();
            }
        };
        assert_reply(&keep_beating(for_ever), Wrong, "find out that the work is done");
    }
}
