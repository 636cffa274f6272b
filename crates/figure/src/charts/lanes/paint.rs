//! Draws lanes on plotters' chart: x is the time, y the pixels from the top.

use plotters::chart::ChartBuilder;
use plotters::element::Rectangle;
use plotters::series::DashedLineSeries;
use plotters::style::Color;

use super::columns::{PARTS, Strip, strips};
use super::layout::{Layout, RowPlace};
use super::{Key, LanesSeries, Stretch};
use crate::draw::geometry::Point;
use crate::draw::{
    Align, Area, BELOW, Drawn, Piece, Plot, Quantity, Values, at, axis_title, draw_mesh, pen, size,
    tick_style, units,
};
use crate::theme::{ALERT, AXIS, CARD, Colour, INK, QUIET};

/// A solid strip is at least so wide, to be seen.
const THINNEST: f64 = 1.2;
/// Borders are left out where they would stand closer than this on average.
const BORDERS_APART: f64 = 8.0;
/// About so many strips are drawn at most; with more rows, columns get wider.
const MOST_STRIPS: f64 = 40_000.0;

pub(super) fn paint(series: &LanesSeries, layout: &Layout, area: &Area<'_>) -> Drawn {
    let (width, height) = size(area);
    let (top, wide) = (layout.top - 4.0, layout.right - layout.left);
    let time = Values::exactly(Quantity::Seconds, series.range).level(wide, &tick_style());
    let down = Values::exactly(Quantity::Number(String::new()), (layout.axis, top));
    let mut chart = ChartBuilder::on(area)
        .margin_top(units(top))
        .margin_left(units(layout.left))
        .margin_right(units(width - layout.right))
        .margin_bottom(units(height - layout.axis - BELOW))
        .x_label_area_size(units(BELOW))
        .build_cartesian_2d(time.clone(), down)?;
    draw_mesh(&mut chart, true)?;
    axis_title(area, (layout.right, layout.axis), wide, &time, &series.axis)?;
    legend(layout, area)?;
    groups(series, layout, area, &mut chart)?;
    for place in &layout.rows {
        row(series, layout, place, area, &mut chart)?;
    }
    let bold = layout.small.bold();
    for entry in &layout.list {
        let y = entry.y + layout.small.size;
        area.draw(&Piece::text(at((entry.x + 14.0, y)), &entry.number, bold, Align::Right))?;
        area.draw(&Piece::text(at((entry.x + 20.0, y)), &entry.text, layout.quiet(), Align::Left))?;
    }
    Ok(())
}

fn legend(layout: &Layout, area: &Area<'_>) -> Drawn {
    for entry in &layout.legend {
        let (x, y) = (entry.x, entry.y);
        let corners = (at((x, y - 5.0)), at((x + 14.0, y + 5.0)));
        let mut shapes = Shapes::default();
        match entry.key {
            Key::Stretch(look) => shapes.stretch(look, (x, x + 14.0), (y - 5.0, 10.0), QUIET, |x| x),
            Key::Share => shapes.shares((x, x + 14.0), (y - 5.0, 10.0), &[(QUIET, PARTS * 3 / 5)]),
            Key::Colour(colour) => area.draw(&Rectangle::new([corners.0, corners.1], colour.filled()))?,
            Key::Mark => tick(area, x + 7.0, y - 5.0, 10.0)?,
        }
        shapes.draw_on(area)?;
        area.draw(&Piece::text(at((x + 20.0, y)), &entry.text, layout.quiet(), Align::Left).at_middle())?;
    }
    Ok(())
}

/// Names of groups and where they end.
fn groups(series: &LanesSeries, layout: &Layout, area: &Area<'_>, chart: &mut Plot<'_, '_>) -> Drawn {
    for (group, (top, bottom)) in series.groups.iter().zip(&layout.groups) {
        let colour = if group.failed { ALERT } else { group.colour.text() };
        let (name, text) = layout.name.bold().colour(colour).fit(&group.name, layout.gutter, 9.0);
        let y = top + name.size;
        area.draw(&Piece::text(at((0.0, y)), &text, name, Align::Left))?;
        let (small, text) = layout.quiet().fit(&group.detail, layout.gutter, 9.0);
        area.draw(&Piece::text(at((0.0, y + layout.small.line_height())), &text, small, Align::Left))?;
        let thick = if group.failed { 2.0 } else { 1.0 };
        chart.draw_series(group.end.map(|end| Piece::line((end, *top), (end, *bottom), colour, thick)))?;
    }
    Ok(())
}

fn row(
    series: &LanesSeries,
    layout: &Layout,
    place: &RowPlace,
    area: &Area<'_>,
    chart: &mut Plot<'_, '_>,
) -> Drawn {
    let group = &series.groups[place.group];
    let lane = &group.lanes[place.row];
    let (y, bar, wide) = (place.y, place.bar, layout.right - layout.left);
    if !group.dense {
        let (style, room) = match series.is_one() {
            true => (layout.name.colour(if lane.alert { ALERT } else { INK }), layout.gutter),
            false => (layout.quiet(), layout.beside),
        };
        let (style, text) = style.fit(&lane.name, room, 9.0);
        let place = at((layout.left - 10.0, y + bar / 2.0));
        area.draw(&Piece::text(place, &text, style, Align::Right).at_middle())?;
    }
    let column = (wide * layout.rows.len() as f64 / MOST_STRIPS).clamp(0.5, 4.0);
    let mut shapes = Shapes::default();
    let cut = strips(&lane.segments, series.range, wide, column);
    let (light, solid): (Vec<&Strip>, Vec<&Strip>) = cut.iter().partition(|strip| strip.solid.is_empty());
    // A time for each pixel of the row, so that a strip keeps its width.
    let time = |x: f64| series.range.0 + series.length() * x / wide;
    for strip in light.into_iter().chain(solid) {
        let end = strip.end.max(strip.start + THINNEST).min(wide);
        let start = strip.start.min(end - THINNEST).max(0.0);
        match strip.rest {
            Some((look, colour)) if strip.solid.is_empty() => {
                shapes.stretch(look, (start, end), (y, bar), colour, time);
            }
            _ => shapes.shares((time(start), time(end)), (y, bar), &strip.solid),
        }
    }
    shapes.draw_in(chart)?;
    if lane.borders.len() as f64 * BORDERS_APART <= wide {
        chart.draw_series(lane.borders.iter().map(|x| Piece::line((*x, y), (*x, y + bar), CARD, 1.0)))?;
    }
    for x in &place.ticks {
        tick(area, *x, y, bar)?;
    }
    for label in &place.labels {
        let text = y + bar + 4.0 + label.at.level as f64 * layout.level_height();
        let baseline = text + layout.small.size;
        area.draw(&Piece::line(at((label.tick, y + bar + 2.0)), at((label.tick, baseline)), AXIS, 0.8))?;
        area.draw(&Piece::text(at((label.at.left, baseline)), &label.text, layout.small, Align::Left))?;
    }
    if !lane.note.is_empty() {
        let text = layout.small.ellipsize(&lane.note, wide);
        let baseline = at((layout.left, y + bar + 5.0 + layout.small.size));
        area.draw(&Piece::text(baseline, &text, layout.quiet(), Align::Left))?;
    }
    Ok(())
}

fn tick(area: &Area<'_>, x: f64, y: f64, bar: f64) -> Drawn {
    let out = if bar >= 8.0 { 3.0 } else { 0.0 };
    // A light edge keeps it visible on dark bars.
    area.draw(&Piece::line(at((x, y)), at((x, y + bar)), CARD, 3.0))?;
    area.draw(&Piece::line(at((x, y - out)), at((x, y + bar + out)), INK, 1.4))?;
    if bar >= 8.0 {
        area.draw(&Piece::dot(at((x, y - out)), 2.0, INK))?;
    }
    Ok(())
}

/// Two corners or ends, and a colour.
type Coloured = (Point, Point, Colour);

/// What stretches are drawn with, in the order of drawing; y is in pixels, x in times or pixels.
#[derive(Default)]
struct Shapes {
    bars: Vec<Coloured>,
    hatches: Vec<Coloured>,
    lines: Vec<Coloured>,
    dots: Vec<Coloured>,
}

impl Shapes {
    /// A share of the height for each colour, the first one at the bottom; what is not filled is seen as light.
    fn shares(&mut self, (from, to): (f64, f64), (y, bar): (f64, f64), shares: &[(Colour, u8)]) {
        let filled: u8 = shares.iter().map(|(_, share)| share).sum();
        if let Some((colour, _)) = shares.first().filter(|_| filled < PARTS) {
            self.bars.push(((from, y), (to, y + bar), colour.tint(0.16)));
        }
        let mut below = y + bar;
        for (colour, share) in shares {
            let above = below - bar * f64::from(*share) / f64::from(PARTS);
            self.bars.push(((from, above), (to, below), *colour));
            below = above;
        }
    }

    /// A stretch in its look, from one pixel of the row to another.
    fn stretch(
        &mut self,
        look: Stretch,
        (start, end): (f64, f64),
        (y, bar): (f64, f64),
        colour: Colour,
        time: impl Fn(f64) -> f64,
    ) {
        let (from, to, middle) = (time(start), time(end), y + bar / 2.0);
        let low = ((from, middle - bar * 0.2), (to, middle + bar * 0.2));
        let full = ((from, y), (to, y + bar));
        match look {
            Stretch::Solid => self.bars.push((full.0, full.1, colour)),
            Stretch::Low => self.bars.push((low.0, low.1, colour.tint(0.28))),
            Stretch::Hatched => {
                self.bars.push((full.0, full.1, colour.tint(0.22)));
                self.hatches.extend((bar >= 6.0).then(|| (full.0, full.1, colour.tint(0.5))));
            }
            Stretch::Striped => {
                self.bars.push((low.0, low.1, colour.tint(0.12)));
                let upright = (start / 4.0).ceil() as i64..=((end - 0.5) / 4.0).floor() as i64;
                for x in upright.filter(|_| bar >= 6.0).map(|number| time(number as f64 * 4.0)) {
                    self.lines.push(((x, low.0.1), (x, low.1.1), colour.tint(0.55)));
                }
            }
            Stretch::Dotted => {
                let y = middle.floor() + 0.5;
                self.dots.push(((from, y), (to, y), colour.tint(0.6)));
            }
        }
    }

    fn draw_in(self, chart: &mut Plot<'_, '_>) -> Drawn {
        chart.draw_series(
            self.bars.into_iter().map(|(a, b, colour)| Rectangle::new([a, b], colour.filled())),
        )?;
        chart.draw_series(self.hatches.into_iter().map(|(a, b, colour)| Piece::hatch(a, b, 5.0, colour)))?;
        chart.draw_series(self.lines.into_iter().map(|(a, b, colour)| Piece::line(a, b, colour, 1.0)))?;
        for (a, b, colour) in self.dots {
            chart.draw_series(DashedLineSeries::new([a, b], units(1.5), units(3.0), pen(colour, 1.0)))?;
        }
        Ok(())
    }

    fn draw_on(self, area: &Area<'_>) -> Drawn {
        for (a, b, colour) in self.bars {
            area.draw(&Rectangle::new([at(a), at(b)], colour.filled()))?;
        }
        for (a, b, colour) in self.hatches {
            area.draw(&Piece::hatch(at(a), at(b), 5.0, colour))?;
        }
        for (a, b, colour) in self.lines {
            area.draw(&Piece::line(at(a), at(b), colour, 1.0))?;
        }
        for (a, b, colour) in self.dots {
            for dash in DashedLineSeries::new([at(a), at(b)], units(1.5), units(3.0), pen(colour, 1.0)) {
                area.draw(&dash)?;
            }
        }
        Ok(())
    }
}
