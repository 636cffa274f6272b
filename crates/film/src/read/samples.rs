//! Readings of a thread's processor time, and what is known between two of them.

use crate::event::Event;

/// One reading of a thread's processor time.
#[derive(Clone, Copy, Debug)]
struct Sample {
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
pub(super) struct CpuSamples(Vec<Sample>);

impl CpuSamples {
    /// Adds an event's reading, if it has one. A thread first seen after the start began when its processor
    /// time was nothing, as late as that can have been.
    pub(super) fn add(&mut self, time: u64, event: &Event, ready: bool, new_thread: bool) {
        let Some(cpu) = event.cpu() else { return };
        match self.0.last() {
            None if new_thread => {
                let begin = time.saturating_sub(cpu);
                let (core, voluntary) = (event.core, Some(0));
                self.0.push(Sample { time: begin, cpu: 0, core, ready: false, voluntary });
            }
            // Two samples of one moment, taken by two threads, may come in the wrong order.
            Some(last) if time <= last.time || cpu < last.cpu => return,
            _ => {}
        }
        let voluntary = event.reading.voluntary();
        self.0.push(Sample { time, cpu, core: event.core, ready, voluntary });
    }

    /// When the thread began, as far as is known.
    pub(super) fn begin(&self) -> Option<u64> {
        self.0.first().map(|sample| sample.time)
    }

    /// The time from one sample to the next, and what lies before the first and after the last. The thread was there
    /// from `begin` on.
    pub(super) fn windows(&self, begin: Option<u64>) -> Vec<Window> {
        let samples = &self.0;
        let unknown = |start, end| Window { start, end, cpu: None, core: Event::NO_CORE, ready: false };
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
            return vec![unknown(0, u64::MAX)];
        };
        let mut windows = Vec::with_capacity(samples.len() + 1);
        windows.extend(begin.filter(|begin| *begin < first.time).map(|begin| unknown(begin, first.time)));
        let mut cores: Vec<u16> = samples.iter().map(|sample| sample.core).collect();
        // Where the core was not read, it is taken for that of the next sample which has one.
        for place in (1..cores.len()).rev() {
            if cores[place - 1] == Event::NO_CORE {
                cores[place - 1] = cores[place];
            }
        }
        let pairs = samples.windows(2).zip(forced(samples)).zip(cores);
        windows.extend(pairs.map(|((pair, forced), core)| Window {
            start: pair[0].time,
            end: pair[1].time,
            cpu: Some(pair[1].cpu - pair[0].cpu),
            core,
            ready: pair[1].ready || forced,
        }));
        windows.push(unknown(last.time, u64::MAX));
        windows
    }
}

/// The time between two samples; before the first and after the last nothing is known.
pub(super) struct Window {
    pub start: u64,
    pub end: u64,
    /// Nanoseconds on a core in it.
    pub cpu: Option<u64>,
    pub core: u16,
    /// While it was off its core it could have run.
    pub ready: bool,
}

/// For every pair of samples: whether the thread gave its core away of its own will never once between the nearest
/// counts before and after; then the system took it.
fn forced(samples: &[Sample]) -> Vec<bool> {
    let mut forced = vec![false; samples.len().saturating_sub(1)];
    let mut counts =
        samples.iter().enumerate().filter_map(|(place, sample)| Some((place, sample.voluntary?)));
    let Some(mut before) = counts.next() else { return forced };
    for count in counts {
        if count.1 == before.1 {
            forced[before.0..count.0].fill(true);
        }
        before = count;
    }
    forced
}
