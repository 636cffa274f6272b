//! Finding out from one's own clock readings when one was off the core.

use crate::measure::median;
use crate::stop::stop_asked;
use crate::trace::now;

/// A stretch between two gaps: first and last reading, in nanoseconds.
pub(super) type Piece = (u64, u64);

/// Computes, reads the clock at every turn, and notes where the next reading came too late.
#[derive(Debug)]
pub(super) struct ClockReader {
    /// A gap longer than this, in nanoseconds, is time off the core.
    threshold: u64,
    /// All stretches, in the order of time.
    pub(super) pieces: Vec<Piece>,
    state: u64,
}

impl ClockReader {
    pub(super) fn new(threshold: u64) -> Self {
        // Room for most runs, so that growing is no gap of its own.
        Self { threshold, pieces: Vec::with_capacity(4_096), state: 1 }
    }

    /// Notes a reading.
    pub(super) fn read(&mut self, time: u64) {
        match self.pieces.last_mut() {
            Some((_, last)) if time.saturating_sub(*last) <= self.threshold => *last = time,
            _ => self.pieces.push((time, time)),
        }
    }

    /// Computes until `end`, or until the reader stops the cell, and never yields. The work and the readings are the same for threads and for tasks.
    pub(super) fn compute_until(&mut self, end: u64) {
        loop {
            for _ in 0..32 {
                self.state = self.state.rotate_left(7) ^ self.state.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            }
            let time = now();
            self.read(time);
            if time >= end || stop_asked() {
                break;
            }
        }
        std::hint::black_box(self.state);
    }
}

/// How long a gap must be to be time off the core: far above what one turn of the loop takes here (the median, which
/// a busy machine leaves alone), and above what an interrupt takes.
pub(super) fn calibrate() -> u64 {
    const TURNS: usize = 999;
    const LEAST: u64 = 20_000;
    let mut reader = ClockReader::new(u64::MAX);
    let mut turn = || {
        let start = now();
        reader.compute_until(start);
        (now() - start) as f64
    };
    let times: Vec<f64> = (0..TURNS).map(|_| turn()).collect();
    LEAST.max(50 * median(&times).unwrap_or(0.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_above_the_threshold_ends_a_stretch() {
        let mut reader = ClockReader::new(10);
        [0, 5, 15, 26, 30, 100].into_iter().for_each(|time| reader.read(time));
        assert_eq!(reader.pieces, [(0, 15), (26, 30), (100, 100)]);
    }

    #[test]
    fn the_threshold_is_above_what_an_interrupt_takes() {
        assert!(calibrate() >= 20_000);
    }
}
