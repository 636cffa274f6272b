//! What a trace consists of: stretches of time and labelled moments.

/// What someone was doing, or why it was off its core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// On a core, all the time or so nearly that no hole would be seen.
    Running,
    /// Could run on, but the system gave the core to another.
    Ready,
    /// Was handed over, and has not begun yet.
    Queued,
    /// Waits, and holds its thread while it does.
    Blocked,
    /// Waits, and has given its thread back.
    Waiting,
}

impl State {
    /// All states, each at the place of its number.
    pub const ALL: [Self; 5] = [Self::Running, Self::Ready, Self::Queued, Self::Blocked, Self::Waiting];

    /// The word for legends and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ready => "ready, off its core",
            Self::Queued => "not begun",
            Self::Blocked => "waiting, thread held",
            Self::Waiting => "waiting",
        }
    }
}

/// A stretch of time in one state, or one of which only the amount of time on a core is known.
///
/// In the latter case `state` says how the rest was spent: [`State::Ready`], [`State::Blocked`] or [`State::Waiting`]
/// with some time on a core. In which order they came is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Place in [`Trace::actors`](crate::Trace::actors).
    pub actor: u32,
    /// Place in the recording's threads: where it ran, or ran last.
    pub thread: u32,
    /// The core, while it is known to be on one.
    pub core: Option<u16>,
    /// What it was doing; off the core, if it was on one for part of the time.
    pub state: State,
    /// Nanoseconds since the recording began.
    pub start: u64,
    /// Nanoseconds since the recording began.
    pub end: u64,
    /// Nanoseconds on a core between start and end.
    pub on_core: u64,
}

impl Span {
    /// Nanoseconds from start to end.
    pub fn length(&self) -> u64 {
        self.end - self.start
    }

    /// The share of the stretch that was spent on a core, 0 to 1.
    pub fn share(&self) -> f64 {
        match self.length() {
            0 => f64::from(u8::from(self.on_core > 0)),
            length => self.on_core as f64 / length as f64,
        }
    }

    /// Whether it was on a core for some of the time, nobody knows which.
    pub fn is_partial(&self) -> bool {
        self.on_core > 0 && self.state != State::Running
    }
}

/// A labelled moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Place in [`Trace::actors`](crate::Trace::actors).
    pub actor: u32,
    /// Place in the recording's threads.
    pub thread: u32,
    /// The core it was made on.
    pub core: Option<u16>,
    /// Nanoseconds since the recording began.
    pub time: u64,
    /// What it says.
    pub label: Box<str>,
}
