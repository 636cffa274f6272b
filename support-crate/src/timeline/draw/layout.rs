//! Where everything in a timeline's picture goes, for a given width.

use crate::chart::theme::{Colour, QUIET};
use crate::chart::{BELOW, TextStyle};
use crate::format;
use crate::timeline::tell;
use crate::trace::{State, Step, Trace};

use super::labels::{Placed, Wanted, place};
use super::series::{DrawnLane, Series};

/// Up to so many steps in a picture may get a number each where their labels do not fit.
const MOST_NUMBERS: usize = 24;
/// Up to so many steps in a row are asked whether their labels fit.
const MOST_LABELS: usize = 60;
/// Rows of one lane whose tasks are packed share this height.
const PACKED_HEIGHT: f64 = 120.0;

pub(super) const LEGEND_LINE: f64 = 18.0;
pub(super) const KEY_LINE: f64 = 16.0;

/// A row's place.
pub(super) struct RowPlace {
    pub lane: usize,
    pub row: usize,
    /// Upper edge of the bar.
    pub y: f64,
    /// Height of the bar.
    pub bar: f64,
    /// Where the ticks of its steps are.
    pub ticks: Vec<f64>,
    pub labels: Vec<RowLabel>,
}

/// A step's label, placed.
pub(super) struct RowLabel {
    pub text: String,
    pub tick: f64,
    pub at: Placed,
}

/// A lane's place: upper and lower edge.
pub(super) struct LanePlace {
    pub top: f64,
    pub bottom: f64,
}

/// One entry of a legend, placed.
pub(super) struct LegendEntry {
    pub x: f64,
    pub y: f64,
    pub what: Legend,
    pub text: String,
}

/// What a legend's entry explains.
pub(super) enum Legend {
    State(State),
    /// Part of the height.
    Share,
    Colour(Colour),
    Step,
}

/// An entry of the list of numbered steps, placed.
pub(super) struct KeyEntry {
    pub x: f64,
    pub y: f64,
    pub number: String,
    pub text: String,
}

/// Everything, placed; coordinates begin at the drawing's upper left corner.
pub(super) struct Layout {
    /// Where time 0 is.
    pub left: f64,
    /// Where the end is.
    pub right: f64,
    /// Width of the names: of rows in a film, of lanes in a comparison.
    pub gutter: f64,
    /// Width of the rows' names in a comparison.
    pub beside: f64,
    pub legend: Vec<LegendEntry>,
    pub lanes: Vec<LanePlace>,
    pub rows: Vec<RowPlace>,
    /// Upper end of the grid.
    pub top: f64,
    /// The axis.
    pub axis: f64,
    pub key: Vec<KeyEntry>,
    pub height: f64,
    /// Labels that found no place.
    pub left_out: usize,
    pub name: TextStyle,
    pub small: TextStyle,
}

impl Layout {
    pub fn new(series: &Series, width: f64) -> Self {
        let name = TextStyle::new(if width < 560.0 { 11.0 } else { 12.0 });
        let small = TextStyle::new(if width < 560.0 { 10.0 } else { 10.5 });
        let film = series.is_film();
        let most = width * if width < 560.0 { 0.27 } else { 0.24 };
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let gutter = match film {
            true if series.lanes[0].packed => 0.0,
            true => widest(&mut series.lanes[0].rows.iter().map(|row| name.width(&row.name))),
            false => widest(
                &mut series
                    .lanes
                    .iter()
                    .map(|lane| name.bold().width(&lane.name).max(small.width(&lane.facts))),
            ),
        };
        let gutter = gutter.min(most).ceil();
        // In a comparison the lanes' names stand first, then those of their rows.
        let beside = match film {
            true => 0.0,
            false => widest(&mut named_rows(series).map(|name| small.width(name))).min(width * 0.16).ceil(),
        };
        let rows_end = gutter + if beside > 0.0 { 10.0 + beside } else { 0.0 };
        let left = if rows_end > 0.0 { rows_end + 10.0 } else { 0.0 };
        let right = width - 8.0;
        let mut layout = Self {
            left,
            right,
            gutter,
            beside,
            legend: Vec::new(),
            lanes: Vec::new(),
            rows: Vec::new(),
            top: 0.0,
            axis: 0.0,
            key: Vec::new(),
            height: 0.0,
            left_out: 0,
            name,
            small,
        };
        let y = layout.place_legend(series, width);
        layout.top = y;
        let numbers = numbers(series);
        let steps: usize = numbers.iter().map(Vec::len).sum();
        let fits = layout.place_rows(series, y, None);
        let numbered = !fits && steps <= MOST_NUMBERS;
        if numbered {
            layout.place_rows(series, y, Some(&numbers));
        }
        layout.axis = layout.lanes.last().map_or(y, |lane| lane.bottom) + 4.0;
        layout.height = layout.axis + BELOW;
        if numbered {
            layout.place_key(series, width);
        } else if !fits {
            layout.say_left_out(steps, width);
        }
        layout
    }

    /// The x of a time.
    pub fn x(&self, time: u64, series: &Series) -> f64 {
        let share = time.saturating_sub(series.from) as f64 / (series.to - series.from) as f64;
        self.left + (self.right - self.left) * share.min(1.0)
    }

    fn place_legend(&mut self, series: &Series, width: f64) -> f64 {
        let states = series.states.iter().map(|state| (Legend::State(*state), state.name().to_owned()));
        let share =
            series.partial.then(|| (Legend::Share, "height: share of the stretch on a core".to_owned()));
        let steps = series.lanes.iter().any(|lane| lane.rows.iter().any(|row| !row.steps.is_empty()));
        let steps = steps.then(|| (Legend::Step, "step".to_owned()));
        let colours = series.lanes.iter().flat_map(DrawnLane::key);
        let colours = colours.map(|(name, colour)| (Legend::Colour(colour), name));
        let (mut x, mut y) = (0.0, 0.0);
        for (what, text) in states.chain(share).chain(steps).chain(colours) {
            let text = self.small.ellipsize(&text, width * 0.4);
            let wide = 20.0 + self.small.width(&text) + 16.0;
            if x > 0.0 && x + wide - 16.0 > width {
                (x, y) = (0.0, y + LEGEND_LINE);
            }
            self.legend.push(LegendEntry { x, y: y + LEGEND_LINE / 2.0, what, text });
            x += wide;
        }
        if self.legend.is_empty() { 0.0 } else { y + LEGEND_LINE + 8.0 }
    }

    /// Places all rows from `y` down; `false` if a label found no place.
    fn place_rows(&mut self, series: &Series, mut y: f64, numbers: Option<&[Vec<usize>]>) -> bool {
        (self.rows, self.lanes, self.left_out) = (Vec::new(), Vec::new(), 0);
        let all: usize = series.lanes.iter().map(|lane| lane.rows.len()).sum();
        let film = series.is_film();
        let levels = match all {
            0..=4 => 5,
            5..=8 => 3,
            9..=14 => 2,
            15..=24 => 1,
            _ => 0,
        };
        for (place, lane) in series.lanes.iter().enumerate() {
            let top = y;
            let rows = lane.rows.len().max(1) as f64;
            let (bar, gap) = match lane.packed {
                true => {
                    let pitch = (PACKED_HEIGHT / rows).clamp(3.0, 16.0);
                    (pitch - if pitch >= 5.0 { 2.0 } else { 0.5 }, if pitch >= 5.0 { 2.0 } else { 0.5 })
                }
                false if lane.rows.len() > 20 => (11.0, 4.0),
                false if !film || lane.rows.len() > 8 => (14.0, 6.0),
                false => (18.0, 9.0),
            };
            for (number, row) in lane.rows.iter().enumerate() {
                let ticks: Vec<f64> = row.steps.iter().map(|step| self.x(step.time, series)).collect();
                let levels = if lane.packed { 0 } else { levels };
                let texts: Vec<(f64, String)> = match numbers {
                    Some(numbers) => {
                        let from: usize = lane.rows[..number].iter().map(|row| row.steps.len()).sum();
                        clusters(&ticks, &numbers[place][from..])
                    }
                    None if row.steps.len() > MOST_LABELS => Vec::new(),
                    None => {
                        let texts = row.steps.iter().map(|step| short(&lane.trace, step));
                        ticks.iter().copied().zip(texts).collect()
                    }
                };
                let labels = self.labels(texts, levels);
                self.left_out += row.steps.len().saturating_sub(labels.len());
                let deepest = labels.iter().map(|label| label.at.level + 1).max().unwrap_or(0);
                let below = deepest as f64 * self.level_height() + if deepest > 0 { 6.0 } else { 0.0 };
                self.rows.push(RowPlace { lane: place, row: number, y, bar, ticks, labels });
                y += bar + below + gap;
            }
            if !film {
                y = y.max(top + self.name.line_height() + self.small.line_height() + 4.0);
            }
            self.lanes.push(LanePlace { top, bottom: y });
            if !film && place + 1 < series.lanes.len() {
                y += 10.0;
            }
        }
        self.left_out == 0
    }

    /// From one line of labels to the next.
    pub fn level_height(&self) -> f64 {
        self.small.size + 3.5
    }

    fn labels(&self, texts: Vec<(f64, String)>, levels: usize) -> Vec<RowLabel> {
        let wanted: Vec<Wanted> =
            texts.iter().map(|(x, text)| Wanted { x: *x, width: self.small.width(text) }).collect();
        let placed = place(&wanted, self.left, self.right, levels);
        let all = texts.into_iter().zip(placed);
        all.filter_map(|((tick, text), at)| Some(RowLabel { text, tick, at: at? })).collect()
    }

    fn say_left_out(&mut self, steps: usize, width: f64) {
        let text = format!(
            "{} of {} do not fit; `.steps()` lists all of them in the order of time",
            format::count(self.left_out as u64),
            format::plural(steps as u64, "step label")
        );
        let text = self.small.ellipsize(&text, width - 20.0);
        self.key.push(KeyEntry { x: 0.0, y: self.height + 8.0, number: String::new(), text });
        self.height += 8.0 + KEY_LINE;
    }

    fn place_key(&mut self, series: &Series, width: f64) {
        let mut steps: Vec<(usize, String)> = Vec::new();
        for (lane, numbers) in series.lanes.iter().zip(numbers(series)) {
            let all = lane.rows.iter().flat_map(|row| &row.steps);
            steps.extend(all.zip(numbers).map(|(step, number)| {
                (number, format!("{}  {}", short(&lane.trace, step), tell::time(step.time)))
            }));
        }
        steps.sort_unstable();
        let widest = steps.iter().map(|(_, text)| self.small.width(text)).fold(0.0, f64::max);
        let wide = (widest + 20.0 + 18.0).min(width);
        let columns = ((width + 18.0) / wide).floor().max(1.0) as usize;
        let lines = steps.len().div_ceil(columns);
        for (place, (number, text)) in steps.into_iter().enumerate() {
            let x = (place / lines) as f64 * wide;
            let y = self.height + 8.0 + (place % lines) as f64 * KEY_LINE;
            let text = self.small.ellipsize(&text, width - x - 20.0);
            self.key.push(KeyEntry { x, y, number: number.to_string(), text });
        }
        self.height += 8.0 + lines as f64 * KEY_LINE;
    }
}

/// Names of the rows of a comparison that have one.
fn named_rows(series: &Series) -> impl Iterator<Item = &str> {
    let lanes = series.lanes.iter().filter(|lane| !lane.packed);
    lanes.flat_map(|lane| &lane.rows).map(|row| row.name.as_str())
}

/// One text for each group of ticks that stand too close for a number each: "2", "1–3", "4, 6".
fn clusters(ticks: &[f64], numbers: &[usize]) -> Vec<(f64, String)> {
    const CLOSE: f64 = 14.0;
    let mut clusters: Vec<(f64, Vec<usize>)> = Vec::new();
    for (&tick, &number) in ticks.iter().zip(numbers) {
        match clusters.last_mut() {
            Some((first, members)) if tick - *first < CLOSE => members.push(number),
            _ => clusters.push((tick, vec![number])),
        }
    }
    clusters.into_iter().map(|(tick, numbers)| (tick, ranges(&numbers))).collect()
}

/// Rising numbers, those that follow one another as a range.
fn ranges(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// Every step's number in the order of time, lane by lane and row by row.
fn numbers(series: &Series) -> Vec<Vec<usize>> {
    series
        .lanes
        .iter()
        .map(|lane| {
            let times: Vec<u64> = lane.rows.iter().flat_map(|row| &row.steps).map(|step| step.time).collect();
            let mut order: Vec<usize> = (0..times.len()).collect();
            order.sort_by_key(|place| times[*place]);
            let mut numbers = vec![0; times.len()];
            for (number, place) in order.into_iter().enumerate() {
                numbers[place] = number + 1;
            }
            numbers
        })
        .collect()
}

/// A label that is no longer than a line can be.
fn short(trace: &Trace, step: &Step) -> String {
    const MOST: usize = 60;
    let text = crate::chart::clean(trace.label(step));
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}

impl Layout {
    pub fn quiet(&self) -> TextStyle {
        self.small.colour(QUIET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_one_another_become_ranges() {
        assert_eq!(ranges(&[1, 2, 3]), "1–3");
        assert_eq!(ranges(&[4, 6, 7, 9]), "4, 6–7, 9");
        assert_eq!(clusters(&[10.0, 12.0, 80.0], &[1, 2, 3]), [(10.0, "1–2".into()), (80.0, "3".into())]);
    }
}
