//! The heartbeat figure: when an interface could answer while work ran, and when it could not.

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{
    Align, Area, BELOW, Drawn, NAME, Piece, Quantity, Values, at, centred, framed, row_failure, row_name,
    size, tick_style,
};
use crate::format;
use crate::geometry::{Point, Rect};
use crate::look::Look;
use crate::table::Table;
use crate::text::TextStyle;
use crate::theme::{ALERT, AXIS, Colour, QUIET};

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

    /// Its result in words.
    fn words(&self, period: f64) -> String {
        match (&self.failed, self.result(period)) {
            (Some(reason), _) => format!("{} failed: {reason}", self.name),
            (None, (missed, latest)) => format!("{}: {missed}, {latest}", self.name),
        }
    }

    /// What the row and its longest pause tell.
    fn told(&self, rhythm: &Rhythm, period: f64, index: f64) -> [Piece<Point>; 2] {
        let ((from, to), row) = (rhythm.pause, self.words(period));
        let pause = format!("{}: the longest pause, {}", self.name, format::duration(to - from));
        [
            Piece::told((0.0, index + STROKE.0), (self.end(), index + STROKE.1), row),
            Piece::told((from, index + STROKE.0), (to, index + STROKE.1), pause),
        ]
    }

    /// Strokes, dots and lines, in the chart's coordinates; those that would fall on one another are drawn once.
    fn beats(
        &self,
        rhythm: &Rhythm,
        index: f64,
        colour: Colour,
        x: impl Fn(f64) -> f64,
    ) -> Vec<Piece<Point>> {
        let (top, bottom) = (index + STROKE.0, index + STROKE.1);
        let apart = |pixels: f64| {
            let (x, mut drawn) = (&x, f64::MIN);
            move |moment: &f64| {
                let clear = x(*moment) - drawn >= pixels;
                drawn = if clear { x(*moment) } else { drawn };
                clear
            }
        };
        let mut pieces = Vec::new();
        if !rhythm.missed.is_empty() {
            pieces.push(Piece::fill((rhythm.pause.0, top), (rhythm.pause.1, bottom), ALERT.tint(0.09)));
        }
        pieces.push(Piece::line((0.0, bottom), (self.end(), bottom), AXIS, 1.0));
        let came = self.came().filter(apart(1.0));
        pieces.extend(came.map(|came| Piece::line((came, top), (came, bottom), colour, 1.0)));
        let missed = rhythm.missed.iter().map(|number| self.beats[*number].due).filter(apart(3.0));
        pieces.extend(missed.map(|due| Piece::dot((due, bottom), 1.6, ALERT)));
        if let Some((from, to)) = self.work.filter(|(from, to)| from.is_finite() && to.is_finite()) {
            let y = index + WORK;
            pieces.push(Piece::line((from, y), (to, y), QUIET.tint(0.55), 3.0));
        }
        pieces
    }
}

const RESULT: TextStyle = TextStyle::new(12.5).bold();
const DETAIL: TextStyle = TextStyle::new(11.5).colour(QUIET);
const HEAD: f64 = 6.0;
const ROW: f64 = 46.0;
/// Where strokes begin and end, and where the line of the work runs, as shares of a row.
const STROKE: (f64, f64) = (12.0 / ROW, 32.0 / ROW);
const WORK: f64 = 38.0 / ROW;

impl Chart for HeartbeatSeries {
    fn caption(&self) -> Caption {
        let mut caption = self.caption.clone();
        if !self.rows.is_empty() {
            let period = format::duration(self.period);
            caption.notes.insert(0, format!("Strokes: beats as they came, one due every {period}. Dots: beats that came after the next was due. Grey line: the work runs. Tinted: the longest pause."));
        }
        caption
    }

    fn height(&self, _: f64) -> f64 {
        HEAD + ROW * self.rows.len().max(1) as f64 + BELOW
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.rows.is_empty() {
            return centred(area, "nothing was measured", tick_style());
        }
        let (width, height) = size(area);
        let names = NAME.widest(self.rows.iter().map(|row| &row.name)) + 24.0;
        let names = names.clamp(50.0, width * 0.28);
        let results: Vec<(String, String)> = self.rows.iter().map(|row| row.result(self.period)).collect();
        let right = RESULT.widest(results.iter().map(|result| &result.0));
        let right = right.max(DETAIL.widest(results.iter().map(|result| &result.1))).min(width * 0.34);
        let plot = Rect::between((names + 8.0, HEAD), (width - right - 14.0, height - BELOW));
        let time = Values::from_zero(Quantity::Seconds, self.rows.iter().map(HeartbeatRow::end));
        let time = time.level(plot.w, &tick_style());
        let mut chart = framed(area, plot, (&time, "time"), &Values::rows(self.rows.len()))?;
        for (index, (row, result)) in self.rows.iter().zip(&results).enumerate() {
            let middle = plot.y + ROW * (index as f64 + 0.5);
            let look = row.look.unwrap_or(Look::nth(index));
            row_name(area, middle, names, &row.name, look)?;
            if let Some(reason) = &row.failed {
                row_failure(area, (plot.x + 8.0, middle), plot.w + right, reason)?;
                continue;
            }
            let rhythm = row.rhythm(self.period);
            let x = |moment| time.share(moment) * plot.w;
            chart.draw_series(row.beats(&rhythm, index as f64, look.colour, x))?;
            chart.draw_series(row.told(&rhythm, self.period, index as f64))?;
            let bold = if rhythm.missed.is_empty() { RESULT } else { RESULT.colour(ALERT) };
            let x = plot.right() + 14.0;
            let text = bold.ellipsize(&result.0, right);
            area.draw(&Piece::label(at((x, middle - 8.0)), &text, bold, Align::Left))?;
            let (style, text) = DETAIL.fit(&result.1, right, 9.5);
            area.draw(&Piece::label(at((x, middle + 8.0)), &text, style, Align::Left))?;
        }
        Ok(())
    }

    fn alt(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(|row| row.words(self.period)).collect();
        let rows = if rows.is_empty() { "nothing was measured".into() } else { rows.join("; ") };
        format!("{}. A beat was due every {}. {rows}.", self.caption.told(), format::duration(self.period))
    }

    fn table(&self) -> Table {
        let numbers = ["beats due", "missed", "worst beat late by", "longest pause", "work took"];
        let mut table = Table::default().words(["model"]).numbers(numbers);
        for row in &self.rows {
            let rhythm = row.rhythm(self.period);
            if let Some(reason) = &row.failed {
                table.push([row.name.clone(), format!("failed: {reason}")]);
                continue;
            }
            table.push([
                row.name.clone(),
                format::count(row.beats.len() as u64),
                format::count(rhythm.missed.len() as u64),
                format::duration(rhythm.latest),
                format::duration(rhythm.pause.1 - rhythm.pause.0),
                row.work.map_or(format::NONE.into(), |(from, to)| format::duration(to - from)),
            ]);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(beats: &[(f64, f64)]) -> HeartbeatRow {
        let beats = beats.iter().map(|(due, came)| Heartbeat { due: *due, came: *came }).collect();
        HeartbeatRow { look: None, name: String::new(), beats, work: None, failed: None }
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
