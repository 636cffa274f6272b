//! Finished comparisons made up for tests: known ratios, seeded noise, no real time.

use super::Interval;
use super::result::{Comparison, Lane, Sample, Settings, WorkloadInfo};
use crate::machine::{Cores, Machine, Profile};
use crate::model::Model;
use crate::workload::Nature;

/// Seeded noise.
pub(crate) struct Rng(fastrand::Rng);

impl Rng {
    /// Noise of a seed, in streams that have nothing in common.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let start = fastrand::Rng::with_seed(seed).u64(..);
        Self(fastrand::Rng::with_seed(start ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03)))
    }

    /// A number between 0 and 1, both excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.f64().max(f64::MIN_POSITIVE)
    }

    /// A number from the standard normal distribution (Box and Muller, 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Puts `items` into random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}

impl Interval {
    /// Whether the interval has `value` in it, its ends included.
    pub(crate) fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// A machine with so many cores and an optimised build.
pub(crate) fn machine_with(cores: usize) -> Machine {
    Machine {
        cpu: "Example CPU".to_owned(),
        cores: Cores { online: cores, allowed: cores, quota: None, physical: cores, workers: cores.max(2) },
        memory: 8 << 30,
        profile: Profile { opt_level: "3".to_owned(), overflow_checks: false, debug_assertions: false },
        ..Machine::default()
    }
}

/// A comparison whose lanes take the times given, times noise of relative deviation `noise`; the first is the
/// baseline, and enters again as the control.
pub(crate) fn comparison(times: &[(Model, f64)], rounds: usize, noise: f64, seed: u64) -> Comparison {
    let mut rng = Rng::new(seed, 11);
    let mut lane = |model: Model, time: f64, control: bool| {
        let mut lane = if control { Lane::control(model) } else { Lane::new(model) };
        lane.cold = (!control).then_some(time * 1.5);
        lane.samples = (0..rounds)
            .map(|round| {
                let wall = time * (noise * rng.normal()).exp();
                Sample {
                    round,
                    wall,
                    cpu: wall * 0.95,
                    voluntary: 2,
                    involuntary: 1,
                    queued: 0.0,
                    disturbed: false,
                }
            })
            .collect();
        lane
    };
    let mut lanes: Vec<Lane> = times.iter().map(|&(model, time)| lane(model, time, false)).collect();
    lanes.push(lane(times[0].0, times[0].1, true));
    Comparison {
        workload: WorkloadInfo {
            title: "64 tasks of a function".to_owned(),
            tasks: 64,
            nature: Nature::Computes,
        },
        machine: machine_with(2),
        settings: Settings { rounds, budget: 3.0, ..Settings::default() },
        lanes,
        ..Comparison::default()
    }
}
