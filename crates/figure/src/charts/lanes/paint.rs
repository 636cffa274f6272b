//! Draws lanes on plotters' chart: x is the time, y the pixels from the top.

use plotters::chart::ChartBuilder;

use super::columns::{PARTS, Strip, strips};
use super::layout::{Layout, RowPlace};
use super::{Key, LanesSeries, Stretch};
use crate::draw::{
    Align, Area, BELOW, Drawn, Piece, Plot, Quantity, Values, at, axis_title, draw_mesh, size, tick_style,
    units,
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
        let (across, down) = ((x, x + 14.0), (y - 5.0, 10.0));
        let place = |x, y| at((x, y));
        let swatch = match entry.key {
            Key::Stretch(look) => stretch(look, across, down, QUIET, place),
            Key::Share => shares(across, down, &[(QUIET, PARTS * 3 / 5)], place),
            Key::Colour(colour) => stretch(Stretch::Solid, across, down, colour, place),
            Key::Mark => {
                tick(area, x + 7.0, y - 5.0, 10.0)?;
                Vec::new()
            }
        };
        for piece in &swatch {
            area.draw(piece)?;
        }
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
    let cut = strips(&lane.segments, series.range, wide, column);
    let (light, solid): (Vec<&Strip>, Vec<&Strip>) = cut.iter().partition(|strip| strip.solid.is_empty());
    // A time for each pixel of the row, so that a strip keeps its width.
    let time = |x: f64, y: f64| (series.range.0 + series.length() * x / wide, y);
    chart.draw_series(light.into_iter().chain(solid).flat_map(|strip| {
        let end = strip.end.max(strip.start + THINNEST).min(wide);
        let start = strip.start.min(end - THINNEST).max(0.0);
        match strip.rest {
            Some((look, colour)) if strip.solid.is_empty() => {
                stretch(look, (start, end), (y, bar), colour, time)
            }
            _ => shares((start, end), (y, bar), &strip.solid, time),
        }
    }))?;
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

/// A share of the height for each colour, the first one at the bottom; what is not filled is seen as light. `place` gives the
/// coordinates of pixels of the row.
fn shares<C>(
    (from, to): (f64, f64),
    (y, bar): (f64, f64),
    shares: &[(Colour, u8)],
    place: impl Fn(f64, f64) -> C,
) -> Vec<Piece<C>> {
    let filled: u8 = shares.iter().map(|(_, share)| share).sum();
    let light = shares.first().filter(|_| filled < PARTS);
    let light = light.map(|(colour, _)| Piece::fill(place(from, y), place(to, y + bar), colour.tint(0.16)));
    let mut below = y + bar;
    let solid = shares.iter().map(|(colour, share)| {
        let above = below - bar * f64::from(*share) / f64::from(PARTS);
        let piece = Piece::fill(place(from, above), place(to, below), *colour);
        below = above;
        piece
    });
    light.into_iter().chain(solid).collect()
}

/// A stretch in its look.
fn stretch<C>(
    look: Stretch,
    (start, end): (f64, f64),
    (y, bar): (f64, f64),
    colour: Colour,
    place: impl Fn(f64, f64) -> C,
) -> Vec<Piece<C>> {
    let middle = y + bar / 2.0;
    let (top, bottom) = (middle - bar * 0.2, middle + bar * 0.2);
    let low = |tint| Piece::fill(place(start, top), place(end, bottom), colour.tint(tint));
    let full = |colour| Piece::fill(place(start, y), place(end, y + bar), colour);
    // Patterns need room.
    let roomy = bar >= 6.0;
    match look {
        Stretch::Solid => vec![full(colour)],
        Stretch::Low => vec![low(0.28)],
        Stretch::Hatched => {
            let hatch = || Piece::hatch(place(start, y), place(end, y + bar), 5.0, colour.tint(0.5));
            [full(colour.tint(0.22))].into_iter().chain(roomy.then(hatch)).collect()
        }
        Stretch::Striped => {
            let numbers = (start / 4.0).ceil() as i64..=((end - 0.5) / 4.0).floor() as i64;
            let xs = numbers.filter(|_| roomy).map(|number| number as f64 * 4.0);
            let lines = xs.map(|x| Piece::line(place(x, top), place(x, bottom), colour.tint(0.55), 1.0));
            [low(0.12)].into_iter().chain(lines).collect()
        }
        Stretch::Dotted => {
            let y = middle.floor() + 0.5;
            vec![Piece::dotted(place(start, y), place(end, y), colour.tint(0.6))]
        }
    }
}
