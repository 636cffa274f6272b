//! How a comparison is laid out: names left, bars in the middle, numbers right.

use super::series::{ComparisonRow, ComparisonSeries, Dot};
use crate::draw::{
    Align, Area, BELOW, Drawn, NAME, Piece, Values, at, centred, framed, row_failure, row_name, size,
    tick_style,
};
use crate::geometry::{Point, Rect};
use crate::look::Look;
use crate::text::TextStyle;
use crate::theme::{ALERT, AXIS, BAND, CARD, INK, QUIET};

const VALUE: TextStyle = TextStyle::new(12.5).bold();
const RATIO: TextStyle = TextStyle::new(12.5).colour(QUIET);
const HEADING: TextStyle = TextStyle::new(11.5).colour(QUIET);
/// Room above the rows for column headings and the band's label.
const HEAD: f64 = 24.0;
/// Below this width the ratio stands under the median instead of beside it.
const STACKED: f64 = 600.0;
/// Values further apart than this are shown as points on a logarithmic axis: bars would not be seen.
const LINEAR_UP_TO: f64 = 60.0;
/// An outlier beyond this many times the rest of the chart stands at its edge, with its value.
const FAR_OUT: f64 = 1.6;
const BEYOND: TextStyle = TextStyle::new(10.0).colour(QUIET);
/// More dots than this in one row cannot be told apart.
const MOST_DOTS: usize = 400;
/// Of more dots than this none tells its value: they lie over one another.
const TOLD_DOTS: usize = 30;
/// How much of a row's height its bar takes.
const THICK: f64 = 0.44;

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

/// Where the bars lie, where the values and the ratios begin, and where those end.
fn columns(series: &ComparisonSeries, (right, height): (f64, f64)) -> (Rect, f64, f64, f64) {
    let stacked = right < STACKED;
    let also = HEADING.width(&series.also);
    let right = if stacked || also == 0.0 { right } else { right - also.min(100.0) - 16.0 };
    let names = NAME.widest(series.rows.iter().map(|row| &row.name)) + 24.0;
    let left = names.clamp(60.0, right * if stacked { 0.30 } else { 0.26 }) + 8.0;
    let plot = |end: f64| Rect::between((left, HEAD), (end, height - BELOW));
    if series.rows.iter().all(|row| row.failed.is_some()) {
        return (plot(right), right, right, right);
    }
    let values = series.rows.iter().filter(|row| row.failed.is_none());
    let values = VALUE.widest(values.map(|row| series.quantity.show(row.value)));
    let values = values.max(HEADING.width(&series.statistic) - 8.0).max(50.0);
    let ratios = series.rows.iter().map(|row| row.ratio_text(&series.baseline));
    let ratios = RATIO.widest(ratios).max(60.0);
    let (value, ratio) = if stacked || series.baseline.is_empty() {
        let widest = if series.baseline.is_empty() { values } else { values.max(ratios) };
        let left = right - widest.min(right * 0.34);
        (left, left)
    } else {
        let heading = HEADING.width(&format!("vs {}", series.baseline)).ceil().min(140.0);
        let ratio = right - ratios.max(heading).min(right * 0.24);
        (ratio - 16.0 - values.min(right * 0.14), ratio)
    };
    (plot(value - 18.0), value, ratio, right)
}

/// A comparison on its area.
struct Sheet<'a, 'b> {
    series: &'a ComparisonSeries,
    area: &'a Area<'b>,
    plot: Rect,
    /// Where columns begin, and where the last but one ends.
    value: f64,
    ratio: f64,
    right: f64,
    values: Values,
    /// Whether values are drawn as bars.
    bars: bool,
}

pub(super) fn draw(series: &ComparisonSeries, area: &Area<'_>) -> Drawn {
    if series.rows.is_empty() {
        return centred(area, "nothing was measured", tick_style());
    }
    let (plot, value, ratio, right) = columns(series, size(area));
    let bars = has_bars(series);
    let values = values(series, bars).level(plot.w, &tick_style());
    let sheet = Sheet { series, area, plot, value, ratio, right, values, bars };
    sheet.band()?;
    let mut chart = framed(area, plot, (&sheet.values, &series.measure), &Values::rows(series.rows.len()))?;
    sheet.heading()?;
    let height = plot.h / series.rows.len() as f64;
    for (index, row) in series.rows.iter().enumerate() {
        let look = row.look.unwrap_or(Look::nth(index));
        let lane = Rect::new(plot.x, plot.y + index as f64 * height, plot.w, height);
        let middle = lane.centre().1;
        row_name(area, middle, lane.x - 6.0, &row.name, look)?;
        if row.null {
            area.draw(&Piece::marker(at((7.0, middle)), 3.0, look.marker, CARD))?;
        }
        if let Some(reason) = &row.failed {
            row_failure(area, (lane.x + 8.0, middle), size(area).0 - lane.x - 8.0, reason)?;
            continue;
        }
        let [from, to] = [(lane.x, lane.y), (lane.right(), lane.bottom())];
        area.draw(&Piece::told(at(from), at(to), series.told_of(row)))?;
        chart.draw_series(sheet.shapes(row, index as f64, height, look))?;
        sheet.numbers(lane, row)?;
        sheet.beyond(lane, row)?;
    }
    if bars {
        area.draw(&Piece::line(at((plot.x, plot.y)), at((plot.x, plot.bottom())), AXIS, 1.0))?;
    }
    Ok(())
}

/// Whether all values can be seen on one linear axis.
pub(super) fn has_bars(series: &ComparisonSeries) -> bool {
    let shown = series.rows.iter().filter(|row| row.failed.is_none() && row.value.is_finite());
    let least = shown.clone().map(|row| row.value).filter(|value| *value > 0.0).fold(f64::MAX, f64::min);
    shown.map(|row| row.value).fold(0.0, f64::max) <= least * LINEAR_UP_TO
}

/// A linear axis from zero, for bars, where all values can be seen on it; a logarithmic one, for points, otherwise.
fn values(series: &ComparisonSeries, bars: bool) -> Values {
    let shown = series.rows.iter().filter(|row| row.failed.is_none());
    let ends = shown.clone().filter_map(|row| row.interval).chain(series.band);
    let ends = ends.flat_map(|(low, high)| [low, high]);
    let dots = |outlier: bool| {
        let dots = shown.clone().flat_map(|row| &row.dots);
        dots.filter(move |dot| dot.outlier == outlier).map(|dot| dot.value)
    };
    let usual: Vec<f64> = shown.clone().map(|row| row.value).chain(ends).chain(dots(false)).collect();
    let all: Vec<f64> = usual.iter().copied().chain(dots(true)).collect();
    let quantity = series.quantity;
    if !bars {
        return Values::log(quantity, all);
    }
    let greatest = |values: &[f64]| values.iter().copied().filter(|v| v.is_finite()).fold(0.0, f64::max);
    // One run far out would leave a corner to all the others.
    let far_out = greatest(&all) > FAR_OUT * greatest(&usual);
    Values::from_zero(quantity, if far_out { usual } else { all })
}

impl Sheet<'_, '_> {
    /// The values between which a difference says nothing. Too narrow to be seen, it is a line.
    fn band(&self) -> Drawn {
        let (area, plot) = (self.area, self.plot);
        let Some((low, high)) = self.series.band.filter(|(low, high)| low.is_finite() && high.is_finite())
        else {
            return Ok(());
        };
        let [left, right] = [low, high].map(|end| plot.x + plot.w * self.values.share(end));
        let (middle, half) = ((left + right) / 2.0, (right - left) / 2.0);
        let (half, colour) = if half < 1.0 { (0.5, AXIS) } else { (half, BAND) };
        area.draw(&Piece::fill(at((middle - half, plot.y)), at((middle + half, plot.bottom())), colour))?;
        let label = HEADING.ellipsize("no clear difference", plot.w);
        let half = HEADING.width(&label) / 2.0;
        let middle = middle.clamp(plot.x + half, (plot.right() - half).max(plot.x + half));
        area.draw(&Piece::text(at((middle, plot.y - 7.0)), &label, HEADING, Align::Centre))
    }

    fn heading(&self) -> Drawn {
        let &Self { series, area, plot, value, ratio, right, .. } = self;
        let write =
            |x: f64, text: &str| area.draw(&Piece::text(at((x, plot.y - 7.0)), text, HEADING, Align::Left));
        if value >= right {
            return Ok(());
        }
        self.also(plot.y - 7.0, &series.also, HEADING)?;
        if value == ratio {
            let relative = if series.baseline.is_empty() { "" } else { ", relative" };
            let long = format!("{}{relative}", series.statistic);
            return write(value, &HEADING.first_that_fits(&[&long, &series.statistic], right - value));
        }
        write(value, &HEADING.ellipsize(&series.statistic, ratio - value - 8.0))?;
        write(ratio, &HEADING.ellipsize(&format!("vs {}", series.baseline), right - ratio))
    }

    /// Writes in the last column, where there is room for one.
    fn also(&self, y: f64, text: &str, style: TextStyle) -> Drawn {
        let end = size(self.area).0;
        if self.right == end {
            return Ok(());
        }
        let (style, text) = style.fit(text, end - self.right - 16.0, 9.0);
        self.area.draw(&Piece::text(at((end, y)), &text, style, Align::Right))
    }

    fn numbers(&self, lane: Rect, row: &ComparisonRow) -> Drawn {
        let &Self { series, area, value, ratio, right, .. } = self;
        let stacked = value == ratio;
        let lift = if stacked && !series.baseline.is_empty() { 8.0 } else { 0.0 };
        let room = if stacked { right } else { ratio - 8.0 } - value;
        let middle = lane.centre().1;
        let (style, text) = VALUE.fit(&series.quantity.show(row.value), room, 9.0);
        area.draw(&Piece::label(at((value, middle - lift)), &text, style, Align::Left))?;
        self.also(middle + 4.5, &row.also, VALUE)?;
        let (style, text) = RATIO.fit(&row.ratio_text(&series.baseline), right - ratio, 9.0);
        area.draw(&Piece::label(at((ratio, middle + lift)), &text, style, Align::Left))
    }

    /// Bar or point, runs and interval of a row, in the chart's coordinates.
    fn shapes(&self, row: &ComparisonRow, index: f64, height: f64, look: Look) -> Vec<Piece<Point>> {
        let (values, Look { colour, marker }) = (&self.values, look);
        let middle = index + 0.5;
        let thick = (height * THICK).round();
        let seen = |value: f64| values.share(value).is_finite();
        let (start, value) = ((values.low, middle), (row.value, middle));
        let mut shapes = Vec::new();
        if self.bars && seen(row.value) {
            let (fill, edge) = if row.null { (0.18, Some(colour)) } else { (0.82, None) };
            shapes.push(Piece::bar(start, value, thick, colour.tint(fill), edge));
        }
        let step = row.dots.len().div_ceil(MOST_DOTS).max(1);
        for (number, run) in row.dots.iter().enumerate().step_by(step).filter(|(_, run)| seen(run.value)) {
            // Spread over the bar's height in an order that looks like chance but is always the same.
            let share = (number as f64 * 0.618_034).fract() - 0.5;
            let y = middle + share * (thick + 4.0) / height;
            dot(&mut shapes, run, y);
            if row.dots.len() <= TOLD_DOTS {
                let place = (run.value, y);
                shapes.push(Piece::told(place, place, self.series.told_run(row, number)));
            }
        }
        if !self.bars && seen(row.value) {
            shapes.push(Piece::line(start, value, colour.tint(0.45), 1.0));
            shapes.push(Piece::marker(value, 5.5, marker, colour));
            if row.null {
                shapes.push(Piece::marker(value, 3.2, marker, CARD));
            }
        }
        match row.interval.filter(|(low, high)| low.is_finite() && seen(*high)) {
            Some((low, high)) if seen(low) => {
                shapes.push(Piece::whisker((low, middle), (high, middle), 5.0, INK, 1.6));
            }
            // A logarithmic axis has no place for nothing or less: the interval comes from beyond the edge, without an end there.
            Some((_, high)) => {
                shapes.push(Piece::line(start, (high, middle), INK, 1.6));
                shapes.push(Piece::whisker((high, middle), (high, middle), 5.0, INK, 1.6));
            }
            None => {}
        }
        shapes
    }

    /// Says what the runs beyond the axis took, at the edge where their dots stand, between the dots of two rows.
    fn beyond(&self, lane: Rect, row: &ComparisonRow) -> Drawn {
        let (edge, quantity) = (self.values.high, &self.series.quantity);
        let far = row.dots.iter().map(|dot| dot.value).filter(|value| value.is_finite() && *value > edge);
        let far: Vec<f64> = far.collect();
        let Some(most) = far.iter().copied().reduce(f64::max) else { return Ok(()) };
        let text = match far.len() {
            1 => format!("{} →", quantity.show(most)),
            n => format!("{n} runs, up to {} →", quantity.show(most)),
        };
        let place = at((lane.right() - 8.0, lane.y + 3.0));
        self.area.draw(&Piece::text(place, &text, BEYOND, Align::Right))
    }
}

fn dot(shapes: &mut Vec<Piece<Point>>, run: &Dot, y: f64) {
    let place = (run.value, y);
    if run.disturbed {
        shapes.push(Piece::cross(place, 2.5, ALERT, 1.1));
    } else if run.outlier {
        shapes.push(Piece::dot(place, 2.8, INK.tint(0.75)));
        shapes.push(Piece::dot(place, 1.8, CARD));
    } else {
        shapes.push(Piece::dot(place, 2.2, INK.opacity(0.32)));
    }
}

#[cfg(test)]
mod tests {
    use crate::caption::Caption;
    use crate::charts::comparison::{ComparisonRow, ComparisonSeries, Dot};
    use crate::figure::Figure;

    fn series(dots: &[f64]) -> ComparisonSeries {
        let row = ComparisonRow {
            interval: Some((0.019, 0.021)),
            dots: dots.iter().map(|&value| Dot { value, outlier: value > 0.05, disturbed: false }).collect(),
            ..ComparisonRow::new("a model", 0.020)
        };
        ComparisonSeries {
            caption: Caption::new("a title", "a machine"),
            baseline: "a model".into(),
            rows: vec![row],
            ..ComparisonSeries::default()
        }
    }

    #[test]
    fn a_run_far_beyond_the_others_stands_at_the_edge_with_its_time() {
        let labels = |dots: &[f64]| -> Vec<String> {
            let svg = Figure::new(series(dots)).svg().expect("a picture");
            svg.lines().filter(|line| !line.starts_with('<')).map(str::to_owned).collect()
        };
        let calm = labels(&[0.019, 0.020, 0.021]);
        let wild = labels(&[0.019, 0.020, 0.161]);
        assert!(wild.contains(&"161 ms →".to_owned()), "{wild:?}");
        let ticks = |labels: &[String]| labels.iter().filter(|label| label.parse::<f64>().is_ok()).count();
        assert_eq!(ticks(&wild), ticks(&calm), "the axis ends near the others: {wild:?}");
        assert!(labels(&[0.019, 0.160, 0.161]).contains(&"2 runs, up to 161 ms →".to_owned()));
    }
}
