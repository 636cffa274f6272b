//! Recordings made by hand, for tests without time.

use crate::event::{Event, EventKind, Reading, Who};
use crate::recording::{Recording, Thread};

/// Writes a recording event by event; times are in microseconds.
#[derive(Default)]
pub struct Script {
    recording: Recording,
}

/// The process that films, and its first thread.
pub const HOME: (u32, u32) = (100, 100);

impl Script {
    /// A recording of `length` microseconds, begun on the filming thread.
    pub fn new(length: u64) -> Self {
        let mut script = Self::default();
        script.recording.start = 5_000_000;
        script.recording.end = 5_000_000 + length * 1_000;
        script.recording.home = HOME;
        script
    }

    /// One event of thread `tid` of process `pid` on a core.
    pub fn at(
        mut self,
        time: u64,
        (pid, tid): (u32, u32),
        core: impl Into<Option<u16>>,
        who: Who,
        kind: EventKind,
    ) -> Self {
        if !self.recording.threads.iter().any(|thread| (thread.pid, thread.tid) == (pid, tid)) {
            self.recording.threads.push(Thread { pid, tid, name: None });
        }
        let time = 5_000_000 + time * 1_000;
        let (reading, label, core) = (None, None, core.into());
        self.recording.events.push(Event { time, who, reading, pid, tid, label, core, kind });
        self
    }

    /// A step with its label.
    pub fn step(self, time: u64, thread: (u32, u32), core: u16, who: Who, label: &str) -> Self {
        self.at(time, thread, core, who, EventKind::Mark).called(label)
    }

    /// The last event says what it, or who it is about, is called.
    pub fn called(mut self, label: &str) -> Self {
        self.last().label = Some(label.into());
        self
    }

    fn last(&mut self) -> &mut Event {
        self.recording.events.last_mut().expect("an event before")
    }

    /// The last event also read the thread's processor time, in microseconds.
    pub fn cpu(mut self, cpu: u64) -> Self {
        self.last().reading = Some(Reading::new(cpu * 1_000, None));
        self
    }

    /// That reading also told how often the thread had been given a core; `own` if the thread itself took it.
    pub fn given(mut self, arrivals: u64, own: bool) -> Self {
        let cpu = self.last().cpu().expect("read before");
        self.last().reading = Some(Reading { own, ..Reading::new(cpu, Some(arrivals)) });
        self
    }

    /// A task that runs from one time to another.
    pub fn task(self, thread: (u32, u32), core: u16, index: usize, from: u64, to: u64) -> Self {
        let who = Who::Task(index as u32);
        self.at(from, thread, core, who, EventKind::Running).at(to, thread, core, who, EventKind::Done)
    }

    /// Changes what else a recording holds.
    pub fn with(mut self, change: impl FnOnce(&mut Recording)) -> Self {
        change(&mut self.recording);
        self
    }

    /// The recording, its events in the order of time.
    pub fn recording(mut self) -> Recording {
        self.recording.events.sort_by_key(|event| event.time);
        self.recording
    }
}

/// The deck's program in two async tasks on one thread.
pub fn two_tasks() -> Recording {
    let (first, second) = (Who::Watched(1), Who::Watched(2));
    Script::new(100)
        .at(0, HOME, 1, Who::Thread, EventKind::Begin)
        .cpu(1)
        .at(10, HOME, 1, first, EventKind::Running)
        .called("do_first")
        .step(12, HOME, 1, first, "do_first block 1")
        .at(20, HOME, 1, first, EventKind::Waiting)
        .at(21, HOME, 1, second, EventKind::Running)
        .called("do_second")
        .step(23, HOME, 1, second, "do_second block 1")
        .at(30, HOME, 1, second, EventKind::Waiting)
        .at(31, HOME, 1, first, EventKind::Running)
        .step(33, HOME, 1, first, "do_first block 2")
        .at(40, HOME, 1, first, EventKind::Done)
        .at(41, HOME, 1, second, EventKind::Running)
        .step(43, HOME, 1, second, "do_second block 2")
        .at(50, HOME, 1, second, EventKind::Done)
        .at(60, HOME, 1, Who::Thread, EventKind::End)
        .cpu(60)
        .recording()
}

/// The deck's program in two processes on two cores, from 1,000 to 3,000 and from 1,500 to 3,500 µs.
pub fn two_processes() -> Recording {
    let (first, second) = ((200, 200), (201, 201));
    let me = Who::Thread;
    Script::new(4_000)
        .at(0, HOME, 0, me, EventKind::Begin)
        .cpu(1)
        .at(1_000, first, 0, me, EventKind::Begin)
        .cpu(50)
        .called("do_first")
        .step(1_100, first, 0, me, "do_first line 1")
        .cpu(150)
        .at(1_500, second, 1, me, EventKind::Begin)
        .cpu(50)
        .called("do_second")
        .step(2_000, second, 1, me, "do_second line 1")
        .cpu(550)
        .step(2_200, first, 0, me, "do_first line 2")
        .cpu(1_250)
        .at(3_000, first, 0, me, EventKind::Stamp)
        .cpu(2_050)
        .at(3_500, second, 1, me, EventKind::Stamp)
        .cpu(2_050)
        .at(4_000, HOME, 0, me, EventKind::End)
        .cpu(100)
        .recording()
}
