//! How a comparison is laid out: names left, bars in the middle, numbers right.

use super::{ComparisonRow, ComparisonSeries, Dot};
use crate::chart::axis::{Axis, BELOW, Scale, tick_style};
use crate::chart::canvas::{Align, Canvas};
use crate::chart::geometry::Rect;
use crate::chart::labels::named;
use crate::chart::text::TextStyle;
use crate::chart::theme::{self, ALERT, BAND, CARD, Colour, INK, Marker, QUIET};

const NAME: TextStyle = TextStyle::new(12.5);
const VALUE: TextStyle = TextStyle::new(12.5).bold();
const RATIO: TextStyle = TextStyle::new(12.0).colour(QUIET);
const HEADING: TextStyle = TextStyle::new(11.0).colour(QUIET);
const FAILED: TextStyle = TextStyle::new(11.5).colour(ALERT);
/// Room above the rows for column headings and the band's label.
const HEAD: f64 = 24.0;
/// Below this width the ratio stands under the median instead of beside it.
const STACKED: f64 = 600.0;
/// Values further apart than this are shown as points on a logarithmic axis: bars would not be seen.
const LINEAR_UP_TO: f64 = 60.0;
/// An outlier beyond this many times the rest of the chart stands at its edge, with its value.
const FAR_OUT: f64 = 1.6;
const BEYOND: TextStyle = TextStyle::new(9.5).colour(QUIET);
/// More dots than this in one row cannot be told apart.
const MOST_DOTS: usize = 400;

fn row_height(series: &ComparisonSeries, width: f64) -> f64 {
    match series.rows.len() {
        _ if width < STACKED => 38.0,
        0..=12 => 36.0,
        _ => 31.0,
    }
}

pub(super) fn height(series: &ComparisonSeries, width: f64) -> f64 {
    HEAD + row_height(series, width) * series.rows.len().max(1) as f64 + BELOW
}

struct Columns {
    plot: Rect,
    /// Left edge of the numbers, and of the ratios if they stand beside.
    value: f64,
    ratio: f64,
    right: f64,
}

impl Columns {
    fn of(series: &ComparisonSeries, area: Rect) -> Self {
        let widest = |style: &TextStyle, texts: &mut dyn Iterator<Item = String>| {
            texts.map(|text| style.width(&text)).fold(0.0, f64::max)
        };
        let names = widest(&NAME, &mut series.rows.iter().map(|row| row.name.clone())) + 24.0;
        let names = names.clamp(60.0, area.w * if area.w < STACKED { 0.30 } else { 0.26 });
        let values = series.rows.iter().filter(|row| row.failed.is_none());
        let values = widest(&VALUE, &mut values.map(|row| series.quantity.show(row.value))).max(50.0);
        let ratios = widest(&RATIO, &mut series.rows.iter().map(ComparisonRow::ratio_text)).max(60.0);
        let heading = HEADING.width(&format!("vs {}", series.baseline)).min(140.0);
        let right = area.right();
        if series.rows.iter().all(|row| row.failed.is_some()) {
            let plot = area.without(names + 8.0, HEAD, 0.0, BELOW);
            return Self { plot, value: right, ratio: right, right };
        }
        let (value, ratio) = if area.w < STACKED {
            let left = right - values.max(ratios).min(area.w * 0.34);
            (left, left)
        } else {
            let ratio = right - ratios.max(heading).min(area.w * 0.24);
            (ratio - 16.0 - values.min(area.w * 0.14), ratio)
        };
        let left = area.x + names + 8.0;
        let plot = Rect::new(left, area.y + HEAD, value - 18.0 - left, area.h - HEAD - BELOW);
        Self { plot, value, ratio, right }
    }
}

pub(super) fn draw(series: &ComparisonSeries, canvas: &mut Canvas<'_>, area: Rect) {
    if series.rows.is_empty() {
        canvas.text_at_middle(area.centre(), "nothing was measured", &tick_style(), Align::Centre);
        return;
    }
    let columns = Columns::of(series, area);
    let plot = columns.plot;
    let (axis, bars) = axis(series, plot);
    if let Some((low, high)) = series.band.filter(|(low, high)| low.is_finite() && high.is_finite()) {
        let band = Rect::between((axis.at(low), plot.y), (axis.at(high), plot.bottom()));
        // A band too narrow to be seen is drawn wide enough, around its middle.
        let wide = band.w.max(5.0);
        let band = Rect { x: band.centre().0 - wide / 2.0, w: wide, ..band };
        canvas.rect(band, BAND);
        let style = HEADING;
        let label = style.ellipsize("no clear difference", plot.w);
        let half = style.width(&label) / 2.0;
        let middle = band.centre().0.clamp(plot.x + half, (plot.right() - half).max(plot.x + half));
        canvas.text((middle, plot.y - 7.0), &label, &style, Align::Centre);
    }
    axis.draw_below(canvas, plot, &series.quantity, &series.measure);
    heading(series, canvas, &columns, area);
    let height = plot.h / series.rows.len() as f64;
    for (index, row) in series.rows.iter().enumerate() {
        let lane = Rect::new(plot.x, plot.y + index as f64 * height, plot.w, height);
        let (colour, marker) = look(row, index);
        name(canvas, area.x, lane, row, colour, marker);
        match &row.failed {
            Some(reason) => failure(canvas, Rect { w: columns.right - lane.x, ..lane }, reason),
            None => {
                values(series, canvas, &columns, lane, row, area.w < STACKED);
                data(canvas, &axis, lane, row, if bars { None } else { Some(marker) }, colour);
                beyond(series, canvas, &axis, lane, row);
            }
        }
    }
    if bars {
        canvas.hairline((plot.x, plot.y), (plot.x, plot.bottom()), theme::AXIS);
    }
}

/// Whether all values can be seen on one linear axis.
pub(super) fn has_bars(series: &ComparisonSeries) -> bool {
    let shown = series.rows.iter().filter(|row| row.failed.is_none() && row.value.is_finite());
    let least = shown.clone().map(|row| row.value).filter(|value| *value > 0.0).fold(f64::MAX, f64::min);
    shown.map(|row| row.value).fold(0.0, f64::max) <= least * LINEAR_UP_TO
}

/// A bar from zero where all values can be seen on one linear axis; points on a logarithmic one otherwise.
fn axis(series: &ComparisonSeries, plot: Rect) -> (Axis, bool) {
    let shown = series.rows.iter().filter(|row| row.failed.is_none());
    let medians: Vec<f64> = shown.clone().map(|row| row.value).filter(|value| value.is_finite()).collect();
    let ends = shown.clone().filter_map(|row| row.interval).flat_map(|(low, high)| [low, high]);
    let dots = |outlier: bool| {
        let dots = shown.clone().flat_map(|row| &row.dots);
        dots.filter(move |dot| dot.outlier == outlier).map(|dot| dot.value)
    };
    let band = series.band.into_iter().flat_map(|(low, high)| [low, high]);
    let usual: Vec<f64> = medians.iter().copied().chain(ends).chain(dots(false)).chain(band).collect();
    let all: Vec<f64> = usual.iter().copied().chain(dots(true)).collect();
    let pixels = (plot.x, plot.right());
    if !has_bars(series) {
        (Axis::over(all, Scale::Log, pixels), false)
    } else {
        let greatest = |values: &[f64]| values.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
        // One run far out would leave a corner to all the others.
        let far_out = greatest(&all) > FAR_OUT * greatest(&usual);
        (Axis::from_zero(if far_out { usual } else { all }, pixels), true)
    }
}

fn look(row: &ComparisonRow, index: usize) -> (Colour, Marker) {
    match row.model {
        Some(model) => (theme::colour(model), theme::marker(model)),
        None => (theme::nth_colour(index), Marker::Circle),
    }
}

fn heading(series: &ComparisonSeries, canvas: &mut Canvas<'_>, columns: &Columns, area: Rect) {
    let style = HEADING;
    let y = columns.plot.y - 7.0;
    if columns.value >= columns.right {
        return;
    }
    if area.w < STACKED {
        let long = format!("{}, relative", series.statistic);
        let text = style.first_that_fits(&[&long, &series.statistic], columns.right - columns.value);
        canvas.text((columns.value, y), &text, &style, Align::Left);
    } else {
        let text = style.ellipsize(&series.statistic, columns.ratio - columns.value - 8.0);
        canvas.text((columns.value, y), &text, &style, Align::Left);
        let text = style.ellipsize(&format!("vs {}", series.baseline), columns.right - columns.ratio);
        canvas.text((columns.ratio, y), &text, &style, Align::Left);
    }
}

fn name(canvas: &mut Canvas<'_>, left: f64, lane: Rect, row: &ComparisonRow, colour: Colour, marker: Marker) {
    let middle = lane.centre().1;
    canvas.marker((left + 7.0, middle), 5.0, marker, colour);
    if row.null {
        canvas.marker((left + 7.0, middle), 3.0, marker, CARD);
    }
    let room = lane.x - left - 26.0;
    let name = named(&row.name);
    let (style, text) = NAME.fit(name, room, 11.0);
    if style.width(name) <= room {
        canvas.text_at_middle((left + 20.0, middle), &text, &style, Align::Left);
        return;
    }
    let style = NAME.size(11.0);
    let lines = style.wrap(name, room, 2);
    let first = middle - (lines.len() as f64 - 1.0) * 6.5;
    for (index, line) in lines.iter().enumerate() {
        canvas.text_at_middle((left + 20.0, first + index as f64 * 13.0), line, &style, Align::Left);
    }
}

fn failure(canvas: &mut Canvas<'_>, lane: Rect, reason: &str) {
    let lines = FAILED.wrap(&format!("failed: {reason}"), lane.w - 8.0, 2);
    let first = lane.centre().1 - (lines.len() as f64 - 1.0) * 7.0;
    for (index, line) in lines.iter().enumerate() {
        canvas.text_at_middle((lane.x + 8.0, first + index as f64 * 14.0), line, &FAILED, Align::Left);
    }
}

fn values(
    series: &ComparisonSeries,
    canvas: &mut Canvas<'_>,
    columns: &Columns,
    lane: Rect,
    row: &ComparisonRow,
    stacked: bool,
) {
    let middle = lane.centre().1;
    let (value, ratio) = (series.quantity.show(row.value), row.ratio_text());
    let lift = if stacked { 8.0 } else { 0.0 };
    let room = if stacked { columns.right } else { columns.ratio - 8.0 } - columns.value;
    let (style, value) = VALUE.fit(&value, room, 9.0);
    canvas.text_at_middle((columns.value, middle - lift), &value, &style, Align::Left);
    let (style, ratio) = RATIO.fit(&ratio, columns.right - columns.ratio, 9.0);
    canvas.text_at_middle((columns.ratio, middle + lift), &ratio, &style, Align::Left);
}

fn data(
    canvas: &mut Canvas<'_>,
    axis: &Axis,
    lane: Rect,
    row: &ComparisonRow,
    point: Option<Marker>,
    colour: Colour,
) {
    let middle = lane.centre().1;
    let median = axis.at(row.value);
    let thick = (lane.h * 0.44).round();
    if point.is_none() && median.is_finite() {
        let bar =
            Rect::between((lane.x, (middle - thick / 2.0).round()), (median, (middle + thick / 2.0).round()));
        canvas.rect(bar, if row.null { colour.tint(0.18) } else { colour.tint(0.82) });
        if row.null && bar.w > 3.0 {
            canvas.outline(bar, 1.0, colour);
        }
    }
    dots(canvas, axis, middle, thick, &row.dots);
    if let Some(marker) = point {
        canvas.line((lane.x, middle), (median, middle), 1.0, colour.tint(0.45));
        canvas.marker((median, middle), 5.5, marker, colour);
        if row.null {
            canvas.marker((median, middle), 3.2, marker, CARD);
        }
    }
    if let Some((low, high)) = row.interval {
        // A logarithmic axis has no place for nothing or less: the line comes from beyond its edge.
        let open = low <= 0.0 && point.is_some();
        let low = if open { lane.x } else { axis.at(low) };
        let high = axis.at(high);
        canvas.line((low, middle), (high, middle), 1.6, INK);
        for end in [low, high].into_iter().skip(usize::from(open)) {
            canvas.line((end, middle - 5.0), (end, middle + 5.0), 1.6, INK);
        }
        if open {
            canvas.line((low + 6.0, middle - 4.5), (low, middle), 1.6, INK);
            canvas.line((low + 6.0, middle + 4.5), (low, middle), 1.6, INK);
        }
    }
}

/// Says what the runs beyond the axis took, above the edge where their dots stand.
fn beyond(series: &ComparisonSeries, canvas: &mut Canvas<'_>, axis: &Axis, lane: Rect, row: &ComparisonRow) {
    let far = row.dots.iter().map(|dot| dot.value).filter(|value| value.is_finite() && !axis.reaches(*value));
    let far: Vec<f64> = far.collect();
    let Some(most) = far.iter().copied().reduce(f64::max) else { return };
    let text = match far.len() {
        1 => format!("{} →", series.quantity.show(most)),
        n => format!("{n} runs, up to {} →", series.quantity.show(most)),
    };
    canvas.text((lane.right() - 8.0, lane.y + BEYOND.size), &text, &BEYOND, Align::Right);
}

fn dots(canvas: &mut Canvas<'_>, axis: &Axis, middle: f64, thick: f64, dots: &[Dot]) {
    let step = dots.len().div_ceil(MOST_DOTS).max(1);
    for (index, dot) in dots.iter().enumerate().step_by(step) {
        // Spread over the bar's height in an order that looks like chance but is always the same.
        let share = (index as f64 * 0.618_034).fract() - 0.5;
        let (x, y) = (axis.at(dot.value), middle + share * (thick + 4.0));
        if dot.disturbed {
            canvas.line((x - 2.5, y - 2.5), (x + 2.5, y + 2.5), 1.1, ALERT);
            canvas.line((x - 2.5, y + 2.5), (x + 2.5, y - 2.5), 1.1, ALERT);
        } else if dot.outlier {
            canvas.circle((x, y), 2.8, INK.tint(0.75));
            canvas.circle((x, y), 1.8, CARD);
        } else {
            canvas.circle((x, y), 2.2, INK.opacity(0.32));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Figure;
    use crate::chart::axis::Quantity;
    use crate::chart::caption::Caption;

    fn series(dots: &[f64]) -> ComparisonSeries {
        let row = ComparisonRow {
            model: None,
            name: "a model".into(),
            null: false,
            failed: None,
            value: 0.020,
            interval: Some((0.019, 0.021)),
            ratio: None,
            dots: dots.iter().map(|&value| Dot { value, outlier: value > 0.05, disturbed: false }).collect(),
        };
        ComparisonSeries {
            caption: Caption::new("a title", "a machine"),
            measure: "time of one run".into(),
            statistic: "median".into(),
            quantity: Quantity::Seconds,
            baseline: "a model".into(),
            rows: vec![row],
            band: None,
        }
    }

    #[test]
    fn a_run_far_beyond_the_others_stands_at_the_edge_with_its_time() {
        let labels = |dots: &[f64]| -> Vec<String> {
            Figure::new(series(dots)).labels().into_iter().map(|label| label.text).collect()
        };
        let calm = labels(&[0.019, 0.020, 0.021]);
        let wild = labels(&[0.019, 0.020, 0.161]);
        assert!(wild.contains(&"161 ms →".to_owned()), "{wild:?}");
        let ticks = |labels: &[String]| labels.iter().filter(|label| label.parse::<f64>().is_ok()).count();
        assert_eq!(ticks(&wild), ticks(&calm), "the axis ends near the others: {wild:?}");
        assert!(labels(&[0.019, 0.160, 0.161]).contains(&"2 runs, up to 161 ms →".to_owned()));
    }
}
