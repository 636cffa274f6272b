//! From a scaling curve to what its figure is drawn from.

use figure::{AmdahlFit, Caption, Figure, ScalingLine, ScalingPoint, ScalingSeries};

use crate::measure::Scaling;

impl Scaling {
    /// The figure: speed-up against workers, the ideal, the cores, and Amdahl's law with its band.
    pub fn chart(&self) -> Figure {
        match &self.problem {
            Some(problem) => Figure::problem(problem),
            None => Figure::new(self.series()),
        }
    }

    /// What the figure is drawn from.
    pub fn series(&self) -> ScalingSeries {
        let look = self.runs.baseline().map(|lane| lane.model.look());
        let fit = self.serial.map(|serial| AmdahlFit {
            serial: serial.estimate.clamp(0.0, 1.0),
            low: serial.low.max(0.0),
            high: serial.high.min(1.0),
            bound: self.bound,
        });
        let points = self.points.iter().map(|point| ScalingPoint {
            workers: point.workers,
            speedup: point.speedup.map_or(f64::NAN, |speedup| speedup.estimate),
            interval: point.speedup.filter(|_| point.workers > 1).map(|speedup| (speedup.low, speedup.high)),
            failed: point.failure.clone(),
        });
        let line = ScalingLine { look, name: self.workers_name().to_owned(), points: points.collect(), fit };
        let warnings = self.runs.warnings.iter().map(|warning| format!("{warning}."));
        let notes = self
            .not_fitted
            .iter()
            .map(|reason| format!("Amdahl's law was not fitted: {reason}."))
            .chain(warnings)
            .collect();
        let caption = Caption {
            title: format!("{}: speed-up with more {}", self.runs.workload.title, self.workers_name()),
            subtitle: self.runs.subtitle(),
            notes,
        };
        let cores = &self.runs.machine.cores;
        let (physical, logical) = match self.runs.settings.cores.len() {
            0 => (Some(cores.physical), Some(cores.allowed)),
            restricted => (None, Some(restricted)),
        };
        ScalingSeries { caption, lines: vec![line], physical, logical }
    }
}
