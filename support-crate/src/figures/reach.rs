//! From a scaling curve that is carried on to what its figure is drawn from.

use figure::draw::Values;
use figure::{Caption, Figure, Guide, Line, LinesSeries, Quantity, Table, format};

use super::figure;
use super::scaling::point;
use crate::measure::{Interval, Reach};

/// Places of a curve.
const STEPS: i32 = 80;

impl Reach {
    /// The figure: speed-up against workers, both axes logarithmic; what is guessed is dashed.
    pub fn chart(&self) -> Figure {
        figure(&self.problem, || self.series())
    }

    fn series(&self) -> LinesSeries {
        let most = self.most as f64;
        let measured = self.model.map_or(1, |model| model.workers()) as f64;
        let places = |from: f64, to: f64| {
            (0..=STEPS).map(move |step| from * (to / from).powf(f64::from(step) / f64::from(STEPS)))
        };
        let fit = |workers: f64| self.speedup(workers);
        let curve =
            |from, to| places(from, to).filter_map(|n| Some((n, fit(n)?.estimate))).collect::<Vec<_>>();
        let upper = places(1.0, most).filter_map(|n| Some((n, fit(n)?.high)));
        let lower: Vec<_> = places(1.0, most).filter_map(|n| Some((n, fit(n)?.low))).collect();
        let highest = fit(most).map_or(1.0, |speedup| speedup.high);
        let workers = Values::log(Quantity::Number, [1.0, most]);
        let reached = self.points.iter().filter_map(|point| Some(point.speedup?.high));
        let times = Values::log(Quantity::Times, reached.chain([0.8, 2.0 * highest]));
        let end = (2.0 * highest).min(most);
        LinesSeries {
            caption: Caption {
                title: self.verdict().headline,
                subtitle: format!("{} · {}", self.title, self.machine.in_short()),
                notes: vec!["Points: measured. Line: the law fitted to them. Dashes beyond the last point: the same law, a guess. Band: its 95% interval.".into()],
            },
            across: (self.model.map_or("workers", |model| model.kind().name).into(), workers),
            up: vec![("speed-up".into(), times)],
            lines: vec![Line {
                look: self.model.map(|model| model.look()),
                name: "a guess".into(),
                points: self.points.iter().map(point).collect(),
                curve: curve(1.0, measured),
                guess: curve(measured, most),
                band: upper.chain(lower.into_iter().rev()).collect(),
                ..Line::default()
            }],
            guides: vec![Guide { from: (1.0, 1.0), to: (end, end), name: "ideal".into() }],
            each: None,
            table: Some(self.table()),
        }
    }
    /// What was measured, and the guess.
    fn table(&self) -> Table {
        let mut table = Table::default().numbers(["workers", "speed-up"]).words(["95% interval", ""]);
        let mut push = |workers: usize, speedup: Option<Interval>, how: &str| {
            let (value, interval) = speedup.map_or((format::NONE.into(), format::NONE.into()), |speedup| {
                let ends = [speedup.low, speedup.high].map(format::times);
                (format::times(speedup.estimate), format!("{} to {}", ends[0], ends[1]))
            });
            table.push(vec![format::count(workers as u64), value, interval, how.to_owned()]);
        };
        for point in &self.points {
            push(point.workers, point.speedup, "measured");
        }
        for workers in
            [100, 1_000, 10_000].into_iter().filter(|&workers| workers < self.most).chain([self.most])
        {
            push(workers, self.speedup(workers as f64), "a guess");
        }
        table
    }
}
