//! From what messages cost to what its figure is drawn from.

use figure::draw::Values;
use figure::{Caption, Figure, Line, LinePoint, LinesSeries, Quantity, Table, format};

use super::figure;
use crate::measure::{Interval, MessageCosts, SizeCosts, WayCosts};

impl MessageCosts {
    /// The figure: round trip and bandwidth against the size of the message, both axes logarithmic.
    pub fn chart(&self) -> Figure {
        figure(&self.problem, || self.series())
    }

    fn series(&self) -> LinesSeries {
        let sizes = || self.ways.iter().flat_map(|way| &way.sizes);
        let ends = |interval: Option<Interval>| {
            interval.into_iter().flat_map(|interval| [interval.estimate, interval.low, interval.high])
        };
        let trips = Values::log(Quantity::Seconds, sizes().flat_map(|size| ends(size.round_trip())));
        let bandwidth = Values::log(Quantity::Bytes, sizes().flat_map(|size| ends(size.bandwidth())));
        LinesSeries {
            caption: Caption {
                title: self.verdict().headline,
                subtitle: format!("Two ranks, one message at a time · {}", self.machine.in_short()),
                notes: vec!["Each round is a job of its own, the ways in turn. An empty message has no place on this axis: it is in the words and in the table.".into()],
            },
            across: ("size of the message".into(), Values::log(Quantity::Bytes, sizes().map(|size| size.bytes as f64))),
            up: vec![("there and back".into(), trips), ("data a second, one way".into(), bandwidth)],
            lines: self.ways.iter().map(line).collect(),
            guides: Vec::new(),
            each: None,
            table: Some(self.table()),
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::default().words([""]).numbers(["message", "there and back"]);
        table = table.words(["95% interval"]).numbers(["data a second, one way"]);
        for (way, size) in self.ways.iter().flat_map(|way| way.sizes.iter().map(move |size| (way, size))) {
            let none = || format::NONE.to_owned();
            let trip = size.round_trip();
            let told = |value: Option<Interval>, show: fn(f64) -> String| {
                value.map_or_else(none, |value| show(value.estimate))
            };
            let ends =
                |trip: Interval| format!("{} to {}", format::duration(trip.low), format::duration(trip.high));
            let bandwidth = size.bandwidth().filter(|_| size.bytes > 0);
            table.push(vec![
                way.name.clone(),
                format::measured_bytes(size.bytes as f64),
                told(trip, format::duration),
                trip.map_or_else(none, ends),
                told(bandwidth, format::measured_bytes),
            ]);
        }
        table
    }
}

fn line(way: &WayCosts) -> Line {
    let value = |interval: Option<Interval>| {
        interval.map_or((f64::NAN, None), |interval| (interval.estimate, Some((interval.low, interval.high))))
    };
    let point = |size: &SizeCosts| LinePoint {
        at: size.bytes as f64,
        values: vec![value(size.round_trip()), value(size.bandwidth())],
        failed: None,
    };
    let points = way.sizes.iter().filter(|size| size.bytes > 0).map(point).collect();
    Line { name: way.name.clone(), points, ..Line::default() }
}
