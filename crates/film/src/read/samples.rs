//! Readings of a thread's processor time, and what is known between two of them.

use crate::event::{Event, Reading};

/// Shorter times do not tell one moment from another: reading clocks takes time too.
const CLOSE: u64 = 20_000;

/// One reading of a thread's processor time.
#[derive(Clone, Copy, Debug)]
struct Sample {
    time: u64,
    core: Option<u16>,
    /// At this moment the thread could run; with little time on a core before it, it waited for one.
    ready: bool,
    reading: Reading,
}

/// A thread's processor time as it grew.
#[derive(Debug, Default)]
pub(super) struct CpuSamples(Vec<Sample>);

impl CpuSamples {
    /// Adds an event's reading, if it has one. A thread first seen after the start began when its processor
    /// time was nothing, as late as that can have been.
    pub(super) fn add(&mut self, time: u64, event: &Event, ready: bool, new_thread: bool) {
        let Some(reading) = event.reading else { return };
        match self.0.last() {
            None if new_thread => {
                let (time, reading) = (time.saturating_sub(reading.cpu), Reading::new(0, Some(0)));
                self.0.push(Sample { time, core: event.core, ready: false, reading });
            }
            // Two samples of one moment, taken by two threads, may come in the wrong order.
            Some(last) if time <= last.time || reading.cpu < last.reading.cpu => return,
            _ => {}
        }
        self.0.push(Sample { time, core: event.core, ready, reading });
    }

    /// When the thread began, as far as is known.
    pub(super) fn begin(&self) -> Option<u64> {
        self.0.first().map(|sample| sample.time)
    }

    /// The time from one sample to the next, and what lies before the first and after the last. The thread was there
    /// from `begin` on.
    pub(super) fn windows(&self, begin: Option<u64>) -> Vec<Window> {
        let samples = &self.0;
        let unknown = |start, end| Window { start, end, cpu: None, core: None, ready: false };
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
            return vec![unknown(0, u64::MAX)];
        };
        let mut windows = Vec::with_capacity(samples.len() + 1);
        windows.extend(begin.filter(|begin| *begin < first.time).map(|begin| unknown(begin, first.time)));
        let mut cores: Vec<Option<u16>> = samples.iter().map(|sample| sample.core).collect();
        // Where the core was not read, it is taken for that of the next sample which has one.
        for place in (1..cores.len()).rev() {
            cores[place - 1] = cores[place - 1].or(cores[place]);
        }
        let pairs = samples.windows(2).zip(forced(samples)).zip(cores);
        for (place, ((pair, forced), core)) in pairs.enumerate() {
            let (start, end, cpu) = (pair[0].time, pair[1].time, pair[1].reading.cpu - pair[0].reading.cpu);
            let ready = pair[1].ready || forced;
            let window = |start, end, cpu| Window { start, end, cpu: Some(cpu), core, ready };
            let on = cpu.min(end - start);
            match order(samples, place) {
                Some(Order::OnOff) => {
                    windows.extend([window(start, start + on, on), window(start + on, end, 0)])
                }
                Some(Order::OffOn) => windows.extend([window(start, end - on, 0), window(end - on, end, on)]),
                None => windows.push(window(start, end, cpu)),
            }
        }
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
    pub core: Option<u16>,
    /// While it was off its core it could have run.
    pub ready: bool,
}

/// In which order a thread was on its core and off it between two readings, where it changed once.
enum Order {
    OnOff,
    OffOn,
}

/// What the counts prove of the time between the samples at `place` and after it.
fn order(samples: &[Sample], place: usize) -> Option<Order> {
    let between = |place: usize| {
        let (before, after) = (samples.get(place)?, samples.get(place + 1)?);
        let arrivals = after.reading.arrivals_since(before.reading)?;
        Some((arrivals, after.reading.cpu - before.reading.cpu, after.time - before.time))
    };
    // Who was given no core has not come back to one, so it was off its core from when its time was up.
    let ends_off = |(arrivals, on, length): (u32, u64, u64)| arrivals == 0 && on + CLOSE < length;
    let starts_off = || {
        let (first, before) = (&samples[place], place.checked_sub(1).and_then(between));
        // Who has used no time yet has never had a core.
        !first.reading.own && (first.reading.cpu <= 1 || before.is_some_and(ends_off))
    };
    // And who ran all the same had one from the start.
    let runs_on = || between(place + 1).is_some_and(|(arrivals, on, _)| arrivals == 0 && on > 0);
    let ends_on = || samples[place + 1].reading.own || runs_on();
    match between(place)? {
        (0, on, length) if on > 0 && on + CLOSE < length => Some(Order::OnOff),
        (1, on, length) if on > 0 && on < length && starts_off() && ends_on() => Some(Order::OffOn),
        _ => None,
    }
}

/// For every pair of samples: whether the thread gave its core away of its own will never once between the nearest
/// counts before and after; then the system took it.
fn forced(samples: &[Sample]) -> Vec<bool> {
    let mut forced = vec![false; samples.len().saturating_sub(1)];
    let mut before = 0;
    for (place, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.reading.own) {
        if sample.reading.stayed {
            forced[before..place].fill(true);
        }
        before = place;
    }
    forced
}
