//! The figure of lines: how values change with a number of something, in one plot or in several below one another.

mod draw;
mod series;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Area, Drawn, Values};
use crate::format;
use crate::table::Table;

pub use series::{Guide, Line, LinePoint, LinesSeries, Show};

impl Chart for LinesSeries {
    fn caption(&self) -> Caption {
        let (across, values) = &self.across;
        let mut notes = Vec::new();
        for line in &self.lines {
            let how = if line.points.is_empty() { ": did not start" } else { " (crossed)" };
            notes.extend(line.end.iter().map(|reason| format!("{}{how}: {reason}", line.name)));
            for point in &line.points {
                let place = values.show(point.at);
                let note = |reason| format!("{} at {place} {across} failed: {reason}", line.name);
                notes.extend(point.failed.as_ref().map(note));
            }
        }
        notes.extend(self.caption.notes.iter().cloned());
        Caption { notes, ..self.caption.clone() }
    }

    fn height(&self, width: f64) -> f64 {
        draw::height(self, width)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        draw::draw(self, area)
    }

    fn alt(&self) -> String {
        let names: Vec<&str> = self.up.iter().map(|(name, _)| name.as_str()).collect();
        let over = format::sentence(&format!("{} against {}", format::list(&names), self.across.0));
        let mut text = format!("{}. {over}.", self.caption.told());
        for line in &self.lines {
            let way = |(plot, (_, values)): (usize, &(String, Values))| {
                let known: Vec<_> = line.places(plot).filter(|place| place.1.is_finite()).collect();
                let tell = |(at, value)| format!("{} at {}", values.show(value), self.across.1.show(at));
                let (first, last) = (*known.first()?, *known.last()?);
                let most = known.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
                Some(match most {
                    _ if first == last => tell(first),
                    most if most == first || most == last => {
                        format!("from {} to {}", tell(first), tell(last))
                    }
                    most => format!("from {} to {}, at most {}", tell(first), tell(last), tell(most)),
                })
            };
            let mut told: Vec<String> = self.up.iter().enumerate().filter_map(way).collect();
            if told.is_empty() {
                told.push("no value".into());
            }
            told.extend(line.details.iter().filter(|detail| !detail.is_empty()).cloned());
            told.extend(line.end.clone());
            text += &format!(" {}: {}.", line.name, told.join(", "));
        }
        text + &self.guides.iter().map(|guide| format!(" Marked: {}.", guide.name)).collect::<String>()
    }

    fn table(&self) -> Table {
        if let Some(table) = &self.table {
            return table.clone();
        }
        let all = || self.lines.iter().flat_map(|line| &line.points);
        let estimate =
            |point: &LinePoint, plot: usize| point.values.get(plot).copied().unwrap_or((f64::NAN, None));
        let with_interval = |plot: usize| all().any(|point| estimate(point, plot).1.is_some());
        let mut table = Table::default().words(["model"]).numbers([&self.across.0]);
        for (plot, (name, _)) in self.up.iter().enumerate() {
            table = table.numbers([name]).words(with_interval(plot).then_some("95% interval"));
        }
        table = table.numbers(self.each.iter().map(|(name, _)| *name));
        for (line, point) in
            self.lines.iter().flat_map(|line| line.points.iter().map(move |point| (line, point)))
        {
            let mut row = vec![line.name.clone(), self.across.1.show(point.at)];
            if let Some(reason) = &point.failed {
                row.extend([format::NONE.into(), format!("failed: {reason}")]);
                table.push(row);
                continue;
            }
            for (plot, (_, values)) in self.up.iter().enumerate() {
                let (value, interval) = estimate(point, plot);
                row.push(values.show(value));
                let interval =
                    interval.map(|(low, high)| format!("{} to {}", values.show(low), values.show(high)));
                row.extend(with_interval(plot).then(|| interval.unwrap_or(format::NONE.into())));
            }
            let each = estimate(point, 0).0 / point.at;
            row.extend(self.each.iter().map(|(_, show)| show(each)));
            table.push(row);
        }
        table
    }
}
