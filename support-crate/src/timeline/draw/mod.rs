//! Draws a timeline: rows of strips, running solid and waiting light, steps as labelled ticks, one time axis.

mod columns;
mod labels;
mod layout;
mod series;
mod words;

use crate::chart::theme::{ALERT, AXIS, CARD, Colour, Hatch, INK, QUIET};
use crate::chart::{Align, Axis, Canvas, Chart, Quantity, Rect, Scale, Table};
use crate::trace::{Row, State};

use super::view::Timeline;

use columns::{PARTS, Strip, strips};
use layout::{Layout, Legend, RowPlace};
use series::Series;

/// A strip that runs is at least so wide, to be seen.
const THINNEST: f64 = 1.2;
/// Borders between tasks are left out where they would stand closer than this on average.
const BORDERS_APART: f64 = 8.0;
/// About so many strips are drawn at most; with more rows, columns get wider.
const MOST_STRIPS: f64 = 40_000.0;

/// A timeline as a picture.
pub(super) struct TimelineChart {
    series: Series,
}

impl TimelineChart {
    pub fn new(timeline: &Timeline) -> Self {
        Self { series: Series::new(timeline) }
    }
}

impl Chart for TimelineChart {
    fn title(&self) -> String {
        self.series.title.clone()
    }

    fn subtitle(&self) -> String {
        self.series.subtitle.clone()
    }

    fn notes(&self) -> Vec<String> {
        self.series.notes.clone()
    }

    fn height(&self, width: f64) -> f64 {
        Layout::new(&self.series, width).height
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let layout = Layout::new(&self.series, area.w);
        let mut painter = Painter { canvas, series: &self.series, layout: &layout, x: area.x, y: area.y };
        painter.legend();
        painter.grid();
        painter.lanes();
        for row in &layout.rows {
            painter.row(row);
        }
        painter.key();
    }

    fn alt(&self) -> String {
        words::alt(&self.series)
    }

    fn table(&self) -> Table {
        words::table(&self.series)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({ "title": self.title(), "subtitle": self.subtitle(), "notes": self.notes() })
    }
}

struct Painter<'a, 'b> {
    canvas: &'a mut Canvas<'b>,
    series: &'a Series,
    layout: &'a Layout,
    x: f64,
    y: f64,
}

impl Painter<'_, '_> {
    fn legend(&mut self) {
        for entry in &self.layout.legend {
            let (x, y) = (self.x + entry.x, self.y + entry.y);
            match entry.what {
                Legend::State(State::Running) => self.canvas.rect(Rect::new(x, y - 5.0, 14.0, 10.0), QUIET),
                Legend::State(state) => self.rest(Rect::new(x, y - 5.0, 14.0, 10.0), state, QUIET),
                Legend::Share => self.share(Rect::new(x, y - 5.0, 14.0, 10.0), &[(QUIET, 12)]),
                Legend::Colour(colour) => self.canvas.rect(Rect::new(x, y - 5.0, 14.0, 10.0), colour),
                Legend::Step => self.tick(x + 7.0, y - 5.0, 10.0),
            }
            self.canvas.text_at_middle((x + 20.0, y), &entry.text, &self.layout.quiet(), Align::Left);
        }
    }

    fn grid(&mut self) {
        let (left, right) = (self.x + self.layout.left, self.x + self.layout.right);
        let area = Rect::between((left, self.y + self.layout.top - 4.0), (right, self.y + self.layout.axis));
        let range = (self.series.from as f64 * 1e-9, self.series.to as f64 * 1e-9);
        let since = if self.series.is_film() { "since the film began" } else { "since each run began" };
        let axis = Axis::exactly(range, Scale::Linear, (left, right));
        axis.draw_below(self.canvas, area, &Quantity::Seconds, since);
    }

    fn lanes(&mut self) {
        if self.series.is_film() {
            self.panic_line();
            return;
        }
        for (lane, place) in self.series.lanes.iter().zip(&self.layout.lanes) {
            let colour = if lane.failed { ALERT } else { lane.colour(0).text() };
            let name = self.layout.name.bold().colour(colour);
            let (name, text) = name.fit(&lane.name, self.layout.gutter, 9.0);
            let y = self.y + place.top + name.size;
            self.canvas.text((self.x, y), &text, &name, Align::Left);
            let (small, text) = self.layout.quiet().fit(&lane.facts, self.layout.gutter, 9.0);
            let y = y + self.layout.small.line_height();
            self.canvas.text((self.x, y), &text, &small, Align::Left);
            let end = self.x + self.layout.x(lane.trace.length(), self.series);
            self.canvas.hairline((end, self.y + place.top), (end, self.y + place.bottom), colour);
        }
    }

    /// Where a film ended in a panic.
    fn panic_line(&mut self) {
        if let ([lane], [place]) = (self.series.lanes.as_slice(), self.layout.lanes.as_slice())
            && lane.failed
        {
            let x = self.x + self.layout.right;
            let (top, bottom) = (self.y + self.layout.top - 4.0, self.y + place.bottom);
            self.canvas.line((x, top), (x, bottom), 2.0, ALERT);
        }
    }

    fn row(&mut self, place: &RowPlace) {
        let lane = &self.series.lanes[place.lane];
        let row = &lane.rows[place.row];
        let y = self.y + place.y;
        if !lane.packed {
            let colour = if row.unfinished.is_some() { ALERT } else { INK };
            let (style, room) = match self.series.is_film() {
                true => (self.layout.name.colour(colour), self.layout.gutter),
                false => (self.layout.quiet(), self.layout.beside),
            };
            let (style, text) = style.fit(&row.name, room, 9.0);
            let at = (self.x + self.layout.left - 10.0, y + place.bar / 2.0);
            self.canvas.text_at_middle(at, &text, &style, Align::Right);
        }
        let width = self.layout.right - self.layout.left;
        let column = (width * self.layout.rows.len() as f64 / MOST_STRIPS).clamp(0.5, 4.0);
        let strips =
            strips(&row.spans, |span| lane.hue(span), (self.series.from, self.series.to), width, column);
        let (still, running): (Vec<&Strip>, Vec<&Strip>) =
            strips.iter().partition(|strip| strip.on.is_empty());
        for strip in still.into_iter().chain(running) {
            let wide = (strip.end - strip.start).max(THINNEST).min(width);
            let x = (self.x + self.layout.left + strip.start).min(self.x + self.layout.right - wide);
            let place = Rect::new(x, y, wide, place.bar);
            match strip.rest {
                Some((state, hue)) if strip.on.is_empty() => self.rest(place, state, lane.colour(hue)),
                _ => {
                    let on = strip.on.iter().map(|(hue, share)| (lane.colour(*hue), *share));
                    self.share(place, &on.collect::<Vec<_>>());
                }
            }
        }
        if lane.packed {
            self.borders(row, y, place.bar);
        }
        for tick in &place.ticks {
            self.tick(self.x + tick, y, place.bar);
        }
        for label in &place.labels {
            let text = y + place.bar + 4.0 + label.at.level as f64 * self.layout.level_height();
            let x = self.x + label.tick;
            self.canvas.line((x, y + place.bar + 2.0), (x, text + self.layout.small.size), 0.8, AXIS);
            let baseline = (self.x + label.at.left, text + self.layout.small.size);
            self.canvas.text(baseline, &label.text, &self.layout.small, Align::Left);
        }
    }

    /// Where one task ends and the next one begins, as long as the gaps leave something to see between them.
    fn borders(&mut self, row: &Row, y: f64, bar: f64) {
        let changes = row.spans.windows(2).filter(|pair| pair[0].actor != pair[1].actor);
        let places: Vec<f64> = changes.map(|pair| self.layout.x(pair[1].start, self.series)).collect();
        if places.len() as f64 * BORDERS_APART > self.layout.right - self.layout.left {
            return;
        }
        for place in places {
            let x = self.x + place;
            self.canvas.line((x, y), (x, y + bar), 1.0, CARD);
        }
    }

    /// Who was on a core, each for its share of the height.
    fn share(&mut self, place: Rect, on: &[(Colour, u8)]) {
        let height: u8 = on.iter().map(|(_, share)| share).sum();
        if height < PARTS
            && let Some((colour, _)) = on.first()
        {
            self.canvas.rect(place, colour.tint(0.16));
        }
        let mut below = place.bottom();
        for (colour, share) in on {
            let high = place.h * f64::from(*share) / f64::from(PARTS);
            below -= high;
            self.canvas.rect(Rect::new(place.x, below, place.w, high), *colour);
        }
    }

    /// A stretch off the core in the look of its state; height and pattern tell it without colour.
    fn rest(&mut self, place: Rect, state: State, colour: Colour) {
        let middle = place.y + place.h / 2.0;
        let band = |share: f64| Rect::new(place.x, middle - place.h * share / 2.0, place.w, place.h * share);
        match state {
            State::Running => self.canvas.rect(place, colour),
            State::Waiting => self.canvas.rect(band(0.4), colour.tint(0.28)),
            State::Blocked => {
                self.canvas.rect(place, colour.tint(0.22));
                if place.h >= 6.0 {
                    self.canvas.hatch(place, Hatch::Rising, 5.0, colour.tint(0.5));
                }
            }
            State::Ready => {
                self.canvas.rect(band(0.4), colour.tint(0.12));
                if place.h >= 6.0 {
                    self.canvas.hatch(band(0.4), Hatch::Upright, 4.0, colour.tint(0.55));
                }
            }
            State::Queued => {
                let y = middle.floor() + 0.5;
                self.canvas.dashes(&[(place.x, y), (place.right(), y)], (1.5, 3.0), 1.0, colour.tint(0.6));
            }
        }
    }

    fn tick(&mut self, x: f64, y: f64, bar: f64) {
        let out = if bar >= 8.0 { 3.0 } else { 0.0 };
        // A light edge keeps it visible on dark bars.
        self.canvas.line((x, y), (x, y + bar), 3.0, CARD);
        self.canvas.line((x, y - out), (x, y + bar + out), 1.4, INK);
        if bar >= 8.0 {
            self.canvas.circle((x, y - out), 2.0, INK);
        }
    }

    fn key(&mut self) {
        for entry in &self.layout.key {
            let (x, y) = (self.x + entry.x, self.y + entry.y + self.layout.small.size);
            let bold = self.layout.small.bold();
            self.canvas.text((x + 14.0, y), &entry.number, &bold, Align::Right);
            self.canvas.text((x + 20.0, y), &entry.text, &self.layout.quiet(), Align::Left);
        }
    }
}
