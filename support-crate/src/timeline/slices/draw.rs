//! Draws slices: a row for each thread or task, solid where it had the core.

use crate::chart::draw::{Align, Area, BELOW, Drawn, size};
use crate::chart::theme::{QUIET, nth_colour};
use crate::chart::{Caption, Cell, Chart, Column, Rect, Table, TextStyle};
use crate::format;

use super::{Slice, Slices, Switched, time};
use crate::timeline::canvas::Canvas;

const BAR: f64 = 18.0;
const PITCH: f64 = 46.0;
/// Share of the width that names may take.
const NAMES: f64 = 0.3;
/// A slice is at least so wide, to be seen.
const THINNEST: f64 = 0.8;

pub(super) struct SlicesChart {
    data: Slices,
    slices: Vec<Slice>,
}

impl SlicesChart {
    pub fn new(data: &Slices) -> Self {
        Self { slices: data.slices(), data: data.clone() }
    }

    fn of(&self, track: usize) -> impl Iterator<Item = &Slice> {
        self.slices.iter().filter(move |slice| slice.track == track)
    }

    fn median(&self, track: usize) -> f64 {
        let lengths: Vec<f64> = self.of(track).map(|slice| slice.on_core as f64).collect();
        crate::measure::median(&lengths).unwrap_or(0.0)
    }

    fn beside(&self, track: usize) -> String {
        let slices = self.of(track).count();
        let mut text =
            format!("{}, median {}", format::plural(slices as u64, "slice"), time(self.median(track) as u64));
        if let Some(count) = self.data.tracks[track].involuntary {
            text += &format!(", {}", format::plural(count, "involuntary switch"));
        }
        text
    }
}

impl Chart for SlicesChart {
    fn caption(&self) -> Caption {
        let how = match self.data.switched {
            Switched::Threads => "who had the one core, by gaps in each thread's clock readings",
            Switched::Tasks { .. } => "who had the one thread, by gaps in each task's clock readings",
        };
        let subtitle = format!("{how} · {}", self.data.machine.cpu);
        let mut notes = Vec::new();
        if let Switched::Tasks { .. } = self.data.switched
            && self.data.involuntary > 0
        {
            notes.push(format!(
                "meanwhile the system took the core from the thread itself {}; it does not decide which task has the \
                 thread",
                super::times(self.data.involuntary)
            ));
        }
        let elsewhere = self.data.elsewhere().as_secs_f64();
        let share = elsewhere / (self.data.length().max(1) as f64 * 1e-9);
        if share >= 0.02 {
            notes.push(format!(
                "{} of {} the core was with other programs",
                format::duration(elsewhere),
                time(self.data.length())
            ));
        }
        let what = if let Switched::Tasks { .. } = self.data.switched {
            "without the thread"
        } else {
            "off the core"
        };
        notes.push(format!("a gap above {} counts as time {what}", time(self.data.threshold)));
        Caption { title: self.data.tell(), subtitle, notes }
    }

    fn height(&self, _width: f64) -> f64 {
        self.data.tracks.len() as f64 * PITCH + BELOW
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        let mut canvas = Canvas::on(area);
        let (width, height) = size(area);
        let area = Rect::new(0.0, 0.0, width, height);
        let name = TextStyle::new(if area.w < 560.0 { 11.0 } else { 12.0 });
        let small = TextStyle::new(if area.w < 560.0 { 10.0 } else { 10.5 }).colour(QUIET);
        let names: Vec<String> =
            self.data.tracks.iter().map(|track| name.ellipsize(&track.name, area.w * NAMES)).collect();
        let widest = names.iter().map(|text| name.width(text)).fold(0.0, f64::max);
        let left = area.x + widest.ceil() + 10.0;
        let plot = Rect::between((left, area.y), (area.right() - 8.0, area.bottom() - BELOW));
        let length = self.data.length().max(1) as f64;
        canvas.time_axis(plot, (0.0, length * 1e-9), "since the start");
        let x = |time: u64| plot.x + plot.w * time as f64 / length;
        for (place, track_name) in names.iter().enumerate() {
            let y = area.y + place as f64 * PITCH + 4.0;
            let middle = y + BAR / 2.0;
            let colour = nth_colour(place);
            canvas.text_at_middle((left - 10.0, middle), track_name, &name, Align::Right);
            let (mut first, mut last) = (f64::MAX, f64::MIN);
            for slice in self.of(place) {
                (first, last) = (first.min(x(slice.start)), last.max(x(slice.end)));
            }
            if first < last {
                canvas.rect(Rect::new(first, middle - BAR * 0.2, last - first, BAR * 0.4), colour.tint(0.28));
            }
            for slice in self.of(place) {
                let wide = (x(slice.end) - x(slice.start)).max(THINNEST);
                canvas.rect(Rect::new(x(slice.start), y, wide, BAR), colour);
            }
            let text = small.ellipsize(&self.beside(place), plot.w);
            canvas.text((plot.x, y + BAR + 5.0 + small.size), &text, &small, Align::Left);
        }
        canvas.finish()
    }

    fn alt(&self) -> String {
        let rows = self.data.tracks.iter().enumerate();
        let rows = rows.map(|(place, track)| format!("{}: {}.", track.name, self.beside(place)));
        let overlap = match self.data.overlap().is_zero() {
            true => "No two slices overlap.",
            false => "Some slices overlap.",
        };
        format!("{}. {} {overlap}", self.data.tell(), rows.collect::<Vec<_>>().join(" "))
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text("who"),
            Column::number("slices", ""),
            Column::number("median", "s"),
            Column::number("shortest", "s"),
            Column::number("longest", "s"),
            Column::number("on the core", "s"),
            Column::number("involuntary switches", ""),
        ]);
        for (place, track) in self.data.tracks.iter().enumerate() {
            let lengths = || self.of(place).map(|slice| slice.on_core);
            let span = |value: Option<u64>| match value {
                Some(value) => Cell::number(value as f64 * 1e-9, time(value)),
                None => Cell::none(),
            };
            let number = |value: u64| Cell::number(value as f64, format::count(value));
            table.push([
                Cell::text(track.name.clone()),
                number(lengths().count() as u64),
                span(Some(self.median(place) as u64).filter(|_| lengths().next().is_some())),
                span(lengths().min()),
                span(lengths().max()),
                span(Some(lengths().sum())),
                track.involuntary.map_or(Cell::none(), number),
            ]);
        }
        table
    }
}
