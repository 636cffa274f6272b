//! The heartbeat figure: when an interface could answer while work ran, and when it could not.

use serde::{Deserialize, Serialize};

use super::axis::{Axis, BELOW, Quantity};
use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::Rect;
use super::lines::{look, nothing};
use super::table::{Cell, Column, Table};
use super::text::TextStyle;
use super::theme::{ALERT, AXIS, QUIET};
use crate::format;
use crate::model::Model;

/// What a heartbeat figure is drawn from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeartbeatSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// Seconds from one intended beat to the next.
    pub period: f64,
    /// One row each.
    pub rows: Vec<HeartbeatRow>,
}

/// The beats beside one way of working.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HeartbeatRow {
    /// The model, for colour and marker.
    pub model: Option<Model>,
    /// Its name.
    pub name: String,
    /// Seconds from the first intended beat to each beat that came, rising.
    pub beats: Vec<f64>,
    /// How long beats were watched, in seconds.
    pub watched: f64,
    /// From when to when the work ran, in the same seconds.
    pub work: Option<(f64, f64)>,
}

/// How a row kept its beat.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// Intended beats.
    pub intended: usize,
    /// Those of them in whose period no beat came; their numbers, from 0.
    pub missed: Vec<usize>,
    /// The longest time without a beat, in seconds.
    pub longest: f64,
    /// Where it lies.
    pub silence: (f64, f64),
}

/// More intended beats than this in one row could not be told apart.
const MOST_BEATS: usize = 20_000;

impl HeartbeatRow {
    /// Holds the beats against the clock: an intended beat is missed if none comes before the next is due.
    pub fn rhythm(&self, period: f64) -> Rhythm {
        let beats: Vec<f64> = self.finite_beats().filter(|beat| *beat <= self.watched).collect();
        let usable = period > 0.0 && period.is_finite() && self.watched.is_finite();
        let intended = if usable { ((self.watched / period) as usize).min(MOST_BEATS) } else { 0 };
        let mut came = vec![false; intended];
        for beat in &beats {
            // A beat early by less than a fifth of the period is the next one's, not this one's.
            if let Some(slot) = came.get_mut((beat / period + 0.2).floor().max(0.0) as usize) {
                *slot = true;
            }
        }
        let missed = (0..intended).filter(|number| !came[*number]).collect();
        let ends: Vec<f64> = [0.0].into_iter().chain(beats).chain([self.watched]).collect();
        let gaps = ends.windows(2).map(|pair| (pair[0], pair[1]));
        let silence = gaps.filter(|gap| gap.0.is_finite() && gap.1.is_finite());
        let silence = silence.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or((0.0, 0.0));
        Rhythm { intended, missed, longest: silence.1 - silence.0, silence }
    }

    fn finite_beats(&self) -> impl Iterator<Item = f64> + '_ {
        self.beats.iter().copied().filter(|beat| beat.is_finite())
    }
}

const NAME: TextStyle = TextStyle::new(12.5);
const RESULT: TextStyle = TextStyle::new(12.5).bold();
const DETAIL: TextStyle = TextStyle::new(11.0).colour(QUIET);
const HEAD: f64 = 6.0;
const ROW: f64 = 46.0;

fn result(rhythm: &Rhythm) -> (String, String) {
    let missed = match rhythm.missed.len() {
        0 => "none missed".to_string(),
        n => format!("{} of {} missed", format::count(n as u64), format::count(rhythm.intended as u64)),
    };
    (missed, format!("longest pause {}", format::duration(rhythm.longest)))
}

impl Chart for HeartbeatSeries {
    fn title(&self) -> String {
        self.caption.title.clone()
    }

    fn subtitle(&self) -> String {
        self.caption.subtitle.clone()
    }

    fn notes(&self) -> Vec<String> {
        let work =
            if self.rows.iter().any(|row| row.work.is_some()) { " Grey line: the work runs." } else { "" };
        let reading = format!(
            "Strokes: beats that came, one due every {}. Dots: beats missed.{work}",
            format::duration(self.period)
        );
        (!self.rows.is_empty())
            .then_some(reading)
            .into_iter()
            .chain(self.caption.notes.iter().cloned())
            .collect()
    }

    fn height(&self, _: f64) -> f64 {
        HEAD + ROW * self.rows.len().max(1) as f64 + BELOW
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.rows.is_empty() {
            return nothing(canvas, area);
        }
        let widest =
            |style: &TextStyle, texts: Vec<String>| texts.iter().map(|t| style.width(t)).fold(0.0, f64::max);
        let names = widest(&NAME, self.rows.iter().map(|row| row.name.clone()).collect()) + 24.0;
        let names = names.clamp(50.0, area.w * 0.28);
        let results: Vec<(String, String)> =
            self.rows.iter().map(|row| result(&row.rhythm(self.period))).collect();
        let right = widest(&RESULT, results.iter().map(|r| r.0.clone()).collect())
            .max(widest(&DETAIL, results.iter().map(|r| r.1.clone()).collect()))
            .min(area.w * 0.34);
        let plot = area.without(names + 8.0, HEAD, right + 14.0, BELOW);
        let axis = Axis::from_zero(self.rows.iter().map(|row| row.watched), (plot.x, plot.right()));
        axis.draw_below(canvas, plot, &Quantity::Seconds, "time");
        for (index, row) in self.rows.iter().enumerate() {
            let middle = plot.y + ROW * (index as f64 + 0.5);
            let (colour, marker) = look(row.model, index);
            canvas.marker((area.x + 7.0, middle), 5.0, marker, colour);
            name(canvas, (area.x + 20.0, middle), names - 20.0, &row.name);
            self.draw_beats(canvas, &axis, row, middle, colour);
            let x = plot.right() + 14.0;
            let bold = if row.rhythm(self.period).missed.is_empty() { RESULT } else { RESULT.colour(ALERT) };
            canvas.text_at_middle(
                (x, middle - 8.0),
                &bold.ellipsize(&results[index].0, right),
                &bold,
                Align::Left,
            );
            let (style, text) = DETAIL.fit(&results[index].1, right, 9.5);
            canvas.text_at_middle((x, middle + 8.0), &text, &style, Align::Left);
        }
    }

    fn alt(&self) -> String {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let (missed, longest) = result(&row.rhythm(self.period));
                format!("{}: {missed}, {longest}", row.name)
            })
            .collect();
        let rows = if rows.is_empty() { "nothing was measured".into() } else { rows.join("; ") };
        format!("{}. A beat was due every {}. {rows}.", self.caption.title, format::duration(self.period))
    }

    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::text("model"),
            Column::number("beats due", ""),
            Column::number("missed", ""),
            Column::number("longest pause", "s"),
            Column::number("work took", "s"),
        ]);
        for row in &self.rows {
            let rhythm = row.rhythm(self.period);
            let count = |n: usize| Cell::number(n as f64, format::count(n as u64));
            let time = |seconds: f64| Cell::number(seconds, format::duration(seconds));
            table.push([
                row.name.as_str().into(),
                count(rhythm.intended),
                count(rhythm.missed.len()),
                time(rhythm.longest),
                row.work.map_or_else(Cell::none, |(from, to)| time(to - from)),
            ]);
        }
        table
    }

    fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn name(canvas: &mut Canvas<'_>, (x, middle): (f64, f64), room: f64, name: &str) {
    let style = if NAME.width(name) <= room { NAME } else { NAME.size(11.0) };
    let lines = style.wrap(name, room, 2);
    let first = middle - (lines.len() as f64 - 1.0) * 6.5;
    for (index, line) in lines.iter().enumerate() {
        canvas.text_at_middle((x, first + index as f64 * 13.0), line, &style, Align::Left);
    }
}

impl HeartbeatSeries {
    fn draw_beats(
        &self,
        canvas: &mut Canvas<'_>,
        axis: &Axis,
        row: &HeartbeatRow,
        middle: f64,
        colour: super::theme::Colour,
    ) {
        let rhythm = row.rhythm(self.period);
        let (top, bottom) = (middle - 11.0, middle + 9.0);
        let pause = (axis.at(rhythm.silence.0), axis.at(rhythm.silence.1));
        if !rhythm.missed.is_empty() {
            canvas.rect(Rect::between((pause.0, top), (pause.1, bottom)), ALERT.tint(0.09));
        }
        canvas.line((axis.at(0.0), bottom), (axis.at(row.watched), bottom), 1.0, AXIS);
        let mut drawn = f64::MIN;
        for beat in row.finite_beats() {
            let x = (axis.at(beat) * 2.0).round() / 2.0;
            // Strokes that would fall on one another are drawn once.
            if x - drawn >= 1.0 {
                canvas.line((x, top), (x, bottom), 1.0, colour);
                drawn = x;
            }
        }
        let mut drawn = f64::MIN;
        for number in &rhythm.missed {
            let x = axis.at(*number as f64 * self.period);
            if x - drawn >= 3.0 {
                canvas.circle((x, bottom), 1.6, ALERT);
                drawn = x;
            }
        }
        if let Some((from, to)) = row.work {
            canvas.line((axis.at(from), bottom + 6.0), (axis.at(to), bottom + 6.0), 3.0, QUIET.tint(0.55));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(beats: &[f64]) -> HeartbeatRow {
        HeartbeatRow { model: None, name: String::new(), beats: beats.to_vec(), watched: 1.0, work: None }
    }

    #[test]
    fn a_late_beat_leaves_its_periods_missed() {
        let rhythm = row(&[0.0, 0.1, 0.2, 0.65, 0.7, 0.8, 0.9]).rhythm(0.1);
        assert_eq!((rhythm.intended, rhythm.missed), (10, vec![3, 4, 5]));
        assert!((rhythm.longest - 0.45).abs() < 1e-9);
    }

    #[test]
    fn small_jitter_misses_nothing() {
        let beats: Vec<f64> =
            (0..10).map(|n| f64::from(n) * 0.1 + if n % 2 == 0 { 0.004 } else { -0.004 }).collect();
        assert!(row(&beats).rhythm(0.1).missed.is_empty());
    }

    #[test]
    fn no_beat_and_no_period_are_no_trouble() {
        assert_eq!(row(&[]).rhythm(0.1).missed.len(), 10);
        assert_eq!(row(&[f64::NAN]).rhythm(0.0).intended, 0);
    }
}
