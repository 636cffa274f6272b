//! Where everything in a picture of lanes goes, for a given width.

use super::columns::PARTS;
use super::labels::{Placed, place};
use super::series::{Key, Lane, LaneGroup, LanesSeries, Stretch};
use super::shapes::{shares, stretch, tick};
use super::steps::{clusters, numbers, short};
use crate::draw::{Align, BELOW, Piece, at, flow};
use crate::format;
use crate::geometry::Point;
use crate::text::TextStyle;
use crate::theme::QUIET;

/// Up to so many marks in a picture may get a number each where their labels do not fit.
const MOST_NUMBERS: usize = 24;
/// Up to so many marks in a row are asked whether their labels fit.
const MOST_LABELS: usize = 60;
/// Rows of a dense group share this height.
const DENSE_HEIGHT: f64 = 120.0;
const LEGEND_LINE: f64 = 18.0;
const LIST_LINE: f64 = 16.0;

/// A row's place.
pub(super) struct RowPlace<'a> {
    pub group: &'a LaneGroup,
    pub lane: &'a Lane,
    /// Upper edge of the bar.
    pub y: f64,
    /// Height of the bar.
    pub bar: f64,
    /// Where its marks are.
    pub ticks: Vec<f64>,
    /// The marks' labels: where the tick is, the text, and its place.
    pub labels: Vec<(f64, String, Placed)>,
}

/// Everything, placed; in pixels from the drawing's upper left corner.
pub(super) struct Layout<'a> {
    pub series: &'a LanesSeries,
    /// Where the axis begins.
    pub left: f64,
    /// Where it ends.
    pub right: f64,
    /// Width of the names: of rows, or of groups where there are several.
    pub gutter: f64,
    /// Width of the rows' names beside those of groups.
    pub beside: f64,
    /// The legend above the rows and the list of numbered marks below them.
    pub around: Vec<Piece<(i32, i32)>>,
    /// Upper and lower edge of every group.
    pub groups: Vec<(f64, f64)>,
    pub rows: Vec<RowPlace<'a>>,
    /// Upper end of the grid.
    pub top: f64,
    /// The axis.
    pub axis: f64,
    pub height: f64,
    pub name: TextStyle,
    pub small: TextStyle,
}

impl<'a> Layout<'a> {
    pub fn new(series: &'a LanesSeries, width: f64) -> Self {
        let narrow = width < 560.0;
        let name = TextStyle::new(if narrow { 11.0 } else { 12.0 });
        let small = TextStyle::new(if narrow { 10.0 } else { 10.5 });
        let (gutter, beside) = gutters(series, width, &name, &small);
        let names_end = gutter + if beside > 0.0 { 10.0 + beside } else { 0.0 };
        let mut layout = Self {
            series,
            left: if names_end > 0.0 { names_end + 10.0 } else { 0.0 },
            right: width - 8.0,
            gutter,
            beside,
            around: Vec::new(),
            groups: Vec::new(),
            rows: Vec::new(),
            top: 0.0,
            axis: 0.0,
            height: 0.0,
            name,
            small,
        };
        layout.top = layout.place_legend(width);
        let numbers: Vec<Vec<usize>> = series.groups.iter().map(numbers).collect();
        let marks: usize = numbers.iter().map(Vec::len).sum();
        let left_out = layout.place_rows(None);
        let numbered = left_out > 0 && marks <= MOST_NUMBERS;
        if numbered {
            layout.place_rows(Some(&numbers));
        }
        layout.axis = layout.groups.last().map_or(layout.top, |group| group.1) + 4.0;
        layout.height = layout.axis + BELOW;
        if numbered {
            layout.place_list(width);
        } else if left_out > 0 {
            layout.say_left_out(left_out, marks, width);
        }
        layout
    }

    /// The x of a time.
    pub fn x(&self, time: f64) -> f64 {
        let share = (time - self.series.range.0) / self.series.length();
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    /// The style of what stands back.
    pub fn quiet(&self) -> TextStyle {
        self.small.colour(QUIET)
    }

    /// From one line of labels to the next.
    pub fn level_height(&self) -> f64 {
        self.small.size + 3.5
    }

    fn place_legend(&mut self, width: f64) -> f64 {
        let legend = &self.series.legend;
        let texts = legend.iter().map(|(_, text)| self.small.ellipsize(text, width * 0.4));
        let texts: Vec<String> = texts.collect();
        let widths = texts.iter().map(|text| 20.0 + self.small.width(text));
        let places = flow(widths, 16.0, width, LEGEND_LINE);
        let bottom = places.last().map_or(4.0, |place| place.1 + LEGEND_LINE / 2.0 + 8.0);
        for (((key, _), text), (x, y)) in legend.iter().zip(texts).zip(places) {
            let (across, down) = ((x, x + 14.0), (y - 5.0, 10.0));
            let place = |x, y| at((x, y));
            self.around.extend(match key {
                Key::Stretch(look) => stretch(*look, across, down, QUIET, place),
                Key::Share => shares(across, down, &[(QUIET, PARTS * 3 / 5)], place),
                Key::Colour(colour) => stretch(Stretch::Solid, across, down, *colour, place),
                Key::Mark => tick(x + 7.0, y - 5.0, 10.0),
            });
            self.around.push(Piece::label(at((x + 20.0, y)), &text, self.quiet(), Align::Left));
        }
        bottom
    }

    /// Places all rows; how many labels found no place.
    fn place_rows(&mut self, numbers: Option<&[Vec<usize>]>) -> usize {
        (self.rows, self.groups) = (Vec::new(), Vec::new());
        let series = self.series;
        let mut left_out = 0;
        let all: usize = series.groups.iter().map(|group| group.lanes.len()).sum();
        let one = series.is_one();
        let levels = match all {
            0..=4 => 5,
            5..=8 => 3,
            9..=14 => 2,
            15..=24 => 1,
            _ => 0,
        };
        let mut y = self.top;
        for (place, group) in series.groups.iter().enumerate() {
            let top = y;
            let levels = if group.dense { 0 } else { levels };
            let (bar, gap) = match group.dense {
                true => {
                    let pitch = (DENSE_HEIGHT / group.lanes.len().max(1) as f64).clamp(3.0, 16.0);
                    let gap = if pitch >= 5.0 { 2.0 } else { 0.5 };
                    (pitch - gap, gap)
                }
                false if group.lanes.len() > 20 => (11.0, 4.0),
                false if !one || group.lanes.len() > 8 => (14.0, 6.0),
                false => (18.0, 9.0),
            };
            let mut numbered = 0;
            for lane in &group.lanes {
                let ticks: Vec<f64> = lane.marks.iter().map(|(at, _)| self.x(*at)).collect();
                let texts: Vec<(f64, String)> = match numbers {
                    Some(numbers) => clusters(&ticks, &numbers[place][numbered..]),
                    None if ticks.len() > MOST_LABELS => Vec::new(),
                    None => {
                        ticks.iter().copied().zip(lane.marks.iter().map(|(_, label)| short(label))).collect()
                    }
                };
                numbered += ticks.len();
                let labels = self.labels(texts, levels);
                left_out += ticks.len().saturating_sub(labels.len());
                let deepest = labels.iter().map(|(.., at)| at.level + 1).max().unwrap_or(0);
                let labelled = deepest as f64 * self.level_height() + if deepest > 0 { 6.0 } else { 0.0 };
                let noted = if lane.note.is_empty() { 0.0 } else { self.small.size + 6.0 };
                self.rows.push(RowPlace { group, lane, y, bar, ticks, labels });
                y += bar + labelled + noted + gap;
            }
            if !one {
                y = y.max(top + self.name.line_height() + self.small.line_height() + 4.0);
            }
            self.groups.push((top, y));
            if place + 1 < series.groups.len() {
                y += 10.0;
            }
        }
        left_out
    }

    fn labels(&self, texts: Vec<(f64, String)>, levels: usize) -> Vec<(f64, String, Placed)> {
        let wanted: Vec<(f64, f64)> = texts.iter().map(|(x, text)| (*x, self.small.width(text))).collect();
        let placed = place(&wanted, self.left, self.right, levels);
        texts.into_iter().zip(placed).filter_map(|((tick, text), at)| Some((tick, text, at?))).collect()
    }

    fn say_left_out(&mut self, left_out: usize, marks: usize, width: f64) {
        let left_out = format::count(left_out as u64);
        let text = format!("{left_out} of {} do not fit", format::plural(marks as u64, "label"));
        let all = &self.series.all_labels;
        let text = if all.is_empty() { text } else { format!("{text}; {all}") };
        let text = self.small.ellipsize(&text, width - 20.0);
        self.list_entry((0.0, self.height + 8.0), "", &text);
        self.height += 8.0 + LIST_LINE;
    }

    fn list_entry(&mut self, (x, top): Point, number: &str, text: &str) {
        let y = top + self.small.size;
        self.around.push(Piece::text(at((x + 14.0, y)), number, self.small.bold(), Align::Right));
        self.around.push(Piece::text(at((x + 20.0, y)), text, self.quiet(), Align::Left));
    }

    /// The numbered marks below the picture, in as many columns as fit.
    fn place_list(&mut self, width: f64) {
        let mut marks = Vec::new();
        for group in &self.series.groups {
            let mut labels: Vec<&(f64, String)> = group.lanes.iter().flat_map(|lane| &lane.marks).collect();
            labels.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (number, (at, label)) in (1u32..).zip(labels) {
                let of = if self.series.is_one() { String::new() } else { format!("{}: ", group.name) };
                marks.push((number, format!("{of}{}  {}", short(label), self.series.quantity.show(*at))));
            }
        }
        let widest = self.small.widest(marks.iter().map(|(_, text)| text));
        let wide = (widest + 20.0 + 18.0).min(width);
        let columns = ((width + 18.0) / wide).floor().max(1.0) as usize;
        let lines = marks.len().div_ceil(columns);
        for (place, (number, text)) in marks.into_iter().enumerate() {
            let x = (place / lines) as f64 * wide;
            let y = self.height + 8.0 + (place % lines) as f64 * LIST_LINE;
            let text = self.small.ellipsize(&text, width - x - 20.0);
            self.list_entry((x, y), &number.to_string(), &text);
        }
        self.height += 8.0 + lines as f64 * LIST_LINE;
    }
}

/// Width of the names that stand first, and of those of rows beside the names of groups.
fn gutters(series: &LanesSeries, width: f64, name: &TextStyle, small: &TextStyle) -> (f64, f64) {
    let most = width * if width < 560.0 { 0.27 } else { 0.24 };
    let rows = series.groups.iter().filter(|group| !group.dense).flat_map(|group| &group.lanes);
    let widest = |style: &TextStyle| style.widest(rows.map(|lane| &lane.name));
    if series.is_one() {
        return (widest(name).min(most).ceil(), 0.0);
    }
    let groups = series.groups.iter().map(|g| name.bold().width(&g.name).max(small.width(&g.detail)));
    (groups.fold(0.0, f64::max).min(most).ceil(), widest(small).min(width * 0.16).ceil())
}
