//! From a scaling curve to what its figure is drawn from.

use figure::draw::Values;
use figure::{Caption, Figure, Guide, Line, LinePoint, LinesSeries, Quantity, format};

use super::figure;
use crate::measure::{Interval, Scaling, ScalingPoint, amdahl};

impl Scaling {
    /// The figure: speed-up against workers, the ideal, the cores, and Amdahl's law with its band.
    pub fn chart(&self) -> Figure {
        figure(&self.problem, || self.series())
    }

    fn series(&self) -> LinesSeries {
        let most = self.points.iter().map(|point| point.workers).max().unwrap_or(1).max(2) as f64;
        let highest = self.highest(most);
        let workers = Values::exactly(Quantity::Number, (0.5, most + 0.5));
        let end = most.min(highest);
        let ideal = Guide { from: (1.0, 1.0), to: (end, end), name: "ideal".into() };
        let cores = self.cores().into_iter().filter(|(number, _)| *number as f64 <= most + 0.5);
        let cores = cores.map(|(number, kind)| Guide {
            from: (number as f64, 0.0),
            to: (number as f64, highest),
            name: format::plural(number as u64, kind),
        });
        LinesSeries {
            caption: self.caption(),
            across: ("workers".into(), workers),
            up: vec![("speed-up".into(), Values::exactly(Quantity::Times, (0.0, highest)))],
            lines: vec![self.line(most)],
            guides: cores.chain([ideal]).collect(),
            each: Some(("efficiency", format::percent)),
            table: None,
        }
    }

    fn caption(&self) -> Caption {
        let law =
            "Band: Amdahl's law with the serial share and its 95% interval, up to the number of cores. ";
        let law = if self.serial.is_some() { law } else { "" };
        let mut notes = vec![format!("{law}Dashed: ideal, n workers n times as fast.")];
        notes.extend(self.runs.warnings.iter().map(|warning| format!("{warning}.")));
        Caption { title: self.verdict().headline, subtitle: self.runs.subtitle(), notes }
    }

    /// The cores that could be used, and their kind.
    fn cores(&self) -> Vec<(usize, &'static str)> {
        let cores = &self.runs.machine.cores;
        match self.runs.settings.cores.len() {
            0 if cores.physical == cores.allowed => vec![(cores.allowed, "core")],
            0 => vec![(cores.physical, "physical core"), (cores.allowed, "logical core")],
            restricted => vec![(restricted, "logical core")],
        }
    }

    /// Where the upright axis ends: the ideal line goes on for ever; what was reached must not be squeezed by it.
    fn highest(&self, most: f64) -> f64 {
        let ends = self.points.iter().filter_map(|point| point.speedup);
        let reached = ends.flat_map(|speedup| [speedup.estimate, speedup.high]).filter(|end| end.is_finite());
        let reached = reached.fold(1.0, f64::max);
        let cores = self.cores().last().map_or(0.0, |(number, _)| *number as f64);
        (reached * 1.25).max(cores.min(most).min(reached * 2.0) * 1.1)
    }

    fn line(&self, most: f64) -> Line {
        let fit = self.serial.map(|serial| {
            let Interval { estimate, low, high } = serial;
            [estimate, low, high].map(|share| share.clamp(0.0, 1.0))
        });
        let share = |share: f64| format::percent(share).replace('%', "");
        let told = |Interval { estimate, low, high }| {
            format!("serial {}% [{}, {}]", share(estimate), share(low), share(high))
        };
        let band = |[_, low, high]: [f64; 3]| {
            let upper = self.curve(low, most);
            upper.into_iter().chain(self.curve(high, most).into_iter().rev()).collect()
        };
        Line {
            look: self.runs.baseline().map(|lane| lane.model.look()),
            name: self.workers_name().to_owned(),
            points: self.points.iter().map(point).collect(),
            details: self.serial.map(told).into_iter().collect(),
            curve: fit.map(|[serial, ..]| self.curve(serial, most)).unwrap_or_default(),
            band: fit.map(band).unwrap_or_default(),
            ..Line::default()
        }
    }

    /// Amdahl's law with no more workers than can be at work at the same time.
    fn curve(&self, serial: f64, most: f64) -> Vec<(f64, f64)> {
        const STEPS: u32 = 60;
        let at_work = |n: f64| self.bound.map_or(n, |bound| bound.min(n));
        let places = (0..=STEPS).map(|step| 1.0 + (most - 0.5) * f64::from(step) / f64::from(STEPS));
        places.map(|n| (n, amdahl(serial, at_work(n)))).collect()
    }
}

pub(super) fn point(point: &ScalingPoint) -> LinePoint {
    // One worker is what the others are held against: its interval says nothing.
    let interval = point.speedup.filter(|_| point.workers > 1).map(|speedup| (speedup.low, speedup.high));
    let speedup = point.speedup.map_or(f64::NAN, |speedup| speedup.estimate);
    LinePoint { at: point.workers as f64, values: vec![(speedup, interval)], failed: point.failure.clone() }
}
