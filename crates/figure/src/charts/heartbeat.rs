//! The heartbeat figure: when an interface could answer while work ran, and when it could not.

use super::axis::{Axis, BELOW, Quantity};
use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::Rect;
use super::labels::named;
use super::lines::{look, nothing};
use super::table::{Cell, Column, Table};
use super::text::TextStyle;
use super::theme::{ALERT, AXIS, QUIET};
use crate::format;

/// What a heartbeat figure is drawn from.
#[derive(Clone, Debug)]
pub struct HeartbeatSeries {
    /// The words around the picture.
    pub caption: Caption,
    /// Seconds from one intended beat to the next.
    pub period: f64,
    /// One row each.
    pub rows: Vec<HeartbeatRow>,
}

/// The beats beside one way of working.
#[derive(Clone, Debug)]
pub struct HeartbeatRow {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name.
    pub name: String,
    /// Every beat that was due, rising.
    pub beats: Vec<Heartbeat>,
    /// From when to when the work ran, in seconds from the start.
    pub work: Option<(f64, f64)>,
    /// Why there are no beats, or not all; drawn as "failed: …".
    pub failed: Option<String>,
}

/// One beat, in seconds from the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heartbeat {
    /// When it was due.
    pub due: f64,
    /// When it came; not finite if it never did.
    pub came: f64,
}

/// How a row kept its beat.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// Numbers of the beats that came later than the next was due, or never.
    pub missed: Vec<usize>,
    /// How late the latest beat came, in seconds.
    pub latest: f64,
    /// From when to when the longest pause between two beats lasted.
    pub pause: (f64, f64),
}

impl HeartbeatRow {
    /// Holds the beats against the clock: a beat is missed if it comes after the next one is due.
    pub fn rhythm(&self, period: f64) -> Rhythm {
        let late = |beat: &Heartbeat| beat.came - beat.due;
        let missed =
            self.beats.iter().enumerate().filter(|(_, beat)| late(beat).is_nan() || late(beat) > period);
        let latest = self.beats.iter().map(late).filter(|late| late.is_finite()).fold(0.0, f64::max);
        let came: Vec<f64> = self.came().collect();
        let pauses = came.windows(2).map(|pair| (pair[0], pair[1]));
        let pause = pauses.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0))).unwrap_or((0.0, 0.0));
        Rhythm { missed: missed.map(|(number, _)| number).collect(), latest, pause }
    }

    fn came(&self) -> impl Iterator<Item = f64> + '_ {
        self.beats.iter().map(|beat| beat.came).filter(|came| came.is_finite())
    }

    /// The last moment that has something to show.
    fn end(&self) -> f64 {
        let work = self.work.map_or(0.0, |(_, end)| end);
        let due = self.beats.iter().map(|beat| beat.due).filter(|due| due.is_finite());
        self.came().chain(due).fold(if work.is_finite() { work } else { 0.0 }, f64::max)
    }

    fn result(&self, period: f64) -> (String, String) {
        let rhythm = self.rhythm(period);
        let missed = match (rhythm.missed.len(), self.beats.len()) {
            (_, 0) => "no beats".to_string(),
            (0, _) => "none missed".to_string(),
            (n, all) => format!("{} of {} missed", format::count(n as u64), format::count(all as u64)),
        };
        let latest = match (self.beats.is_empty(), self.came().next()) {
            (true, _) => String::new(),
            (false, None) => "none came".into(),
            (false, Some(_)) => format!("worst: {} late", format::duration(rhythm.latest)),
        };
        (missed, latest)
    }
}

const NAME: TextStyle = TextStyle::new(12.5);
const RESULT: TextStyle = TextStyle::new(12.5).bold();
const FAILED: TextStyle = TextStyle::new(11.5).colour(ALERT);
const DETAIL: TextStyle = TextStyle::new(11.0).colour(QUIET);
const HEAD: f64 = 6.0;
const ROW: f64 = 46.0;

impl Chart for HeartbeatSeries {
    fn notes(&self) -> Vec<String> {
        let work =
            if self.rows.iter().any(|row| row.work.is_some()) { " Grey line: the work runs." } else { "" };
        let pause = match self.rows.iter().any(|row| !row.rhythm(self.period).missed.is_empty()) {
            true => " Tinted: the longest pause.",
            false => "",
        };
        let reading = format!(
            "Strokes: beats as they came, one due every {}. Dots: beats that came after the next was due.{work}{pause}",
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
        let results: Vec<(String, String)> = self.rows.iter().map(|row| row.result(self.period)).collect();
        let right = widest(&RESULT, results.iter().map(|r| r.0.clone()).collect())
            .max(widest(&DETAIL, results.iter().map(|r| r.1.clone()).collect()))
            .min(area.w * 0.34);
        let plot = area.without(names + 8.0, HEAD, right + 14.0, BELOW);
        let axis = Axis::from_zero(self.rows.iter().map(HeartbeatRow::end), (plot.x, plot.right()));
        axis.draw_below(canvas, plot, &Quantity::Seconds, "time");
        for (index, row) in self.rows.iter().enumerate() {
            let middle = plot.y + ROW * (index as f64 + 0.5);
            let (colour, marker) = look(row.model, index);
            canvas.marker((area.x + 7.0, middle), 5.0, marker, colour);
            name(canvas, (area.x + 20.0, middle), names - 20.0, named(&row.name));
            if let Some(reason) = &row.failed {
                let lines = FAILED.wrap(&format!("failed: {reason}"), plot.w + right, 2);
                for (index, line) in lines.iter().enumerate() {
                    let y = middle + (index as f64 - (lines.len() as f64 - 1.0) / 2.0) * 14.0;
                    canvas.text_at_middle((plot.x + 8.0, y), line, &FAILED, Align::Left);
                }
                continue;
            }
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
                if let Some(reason) = &row.failed {
                    return format!("{} failed: {reason}", row.name);
                }
                let (missed, latest) = row.result(self.period);
                format!("{}: {missed}, {latest}", row.name)
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
            Column::number("worst beat late by", "s"),
            Column::number("longest pause", "s"),
            Column::number("work took", "s"),
        ]);
        for row in &self.rows {
            let rhythm = row.rhythm(self.period);
            let count = |n: usize| Cell::number(n as f64, format::count(n as u64));
            let time = |seconds: f64| Cell::number(seconds, format::duration(seconds));
            if let Some(reason) = &row.failed {
                table.push([row.name.as_str().into(), format!("failed: {reason}").into()]);
                continue;
            }
            table.push([
                row.name.as_str().into(),
                count(row.beats.len()),
                count(rhythm.missed.len()),
                time(rhythm.latest),
                time(rhythm.pause.1 - rhythm.pause.0),
                row.work.map_or_else(Cell::none, |(from, to)| time(to - from)),
            ]);
        }
        table
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
        let pause = (axis.at(rhythm.pause.0), axis.at(rhythm.pause.1));
        if !rhythm.missed.is_empty() {
            canvas.rect(Rect::between((pause.0, top), (pause.1, bottom)), ALERT.tint(0.09));
        }
        canvas.line((axis.at(0.0), bottom), (axis.at(row.end()), bottom), 1.0, AXIS);
        let mut drawn = f64::MIN;
        for came in row.came() {
            let x = (axis.at(came) * 2.0).round() / 2.0;
            // Strokes that would fall on one another are drawn once.
            if x - drawn >= 1.0 {
                canvas.line((x, top), (x, bottom), 1.0, colour);
                drawn = x;
            }
        }
        let mut drawn = f64::MIN;
        for number in &rhythm.missed {
            let x = axis.at(row.beats[*number].due);
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

    fn row(beats: &[(f64, f64)]) -> HeartbeatRow {
        let beats = beats.iter().map(|(due, came)| Heartbeat { due: *due, came: *came }).collect();
        HeartbeatRow { model: None, name: String::new(), beats, work: None, failed: None }
    }

    #[test]
    fn a_beat_is_missed_when_it_comes_after_the_next_is_due() {
        let rhythm = row(&[(0.1, 0.101), (0.2, 0.45), (0.3, 0.451), (0.4, 0.452), (0.5, 0.5)]).rhythm(0.1);
        assert_eq!(rhythm.missed, [1, 2]);
        assert!((rhythm.latest - 0.25).abs() < 1e-9);
        assert_eq!(rhythm.pause, (0.101, 0.45));
    }

    #[test]
    fn a_beat_that_never_came_is_missed() {
        assert_eq!(row(&[(0.1, f64::NAN), (0.2, f64::INFINITY)]).rhythm(0.1).missed, [0, 1]);
        assert_eq!(row(&[]).rhythm(0.0).latest, 0.0);
    }
}
