//! Draws lanes on plotters' chart: x is the time, y the pixels from the top.

use super::columns::{Strip, strips};
use super::layout::{Layout, RowPlace};
use super::shapes::{shares, stretch, tick};
use super::told;
use crate::draw::{Align, Area, Drawn, Piece, Plot, Quantity, Values, at, framed, tick_style};
use crate::geometry::Rect;
use crate::theme::{ALERT, AXIS, CARD, INK};

/// A solid strip is at least so wide, to be seen.
const THINNEST: f64 = 1.2;
/// Borders are left out where they would stand closer than this on average.
const BORDERS_APART: f64 = 8.0;
/// About so many strips are drawn at most; with more rows, columns get wider.
const MOST_STRIPS: f64 = 40_000.0;

pub(super) fn paint(layout: &Layout, area: &Area<'_>) -> Drawn {
    let series = layout.series;
    let top = layout.top - 4.0;
    let plot = Rect::between((layout.left, top), (layout.right, layout.axis));
    let time = Values::exactly(series.quantity, series.range).level(plot.w, &tick_style());
    let down = Values::exactly(Quantity::Number, (layout.axis, top));
    let mut chart = framed(area, plot, (&time, &series.axis), &down)?;
    draw_all(area, &layout.around)?;
    groups(layout, area, &mut chart)?;
    for place in &layout.rows {
        row(layout, place, area, &mut chart)?;
    }
    Ok(())
}

fn draw_all(area: &Area<'_>, pieces: &[Piece<(i32, i32)>]) -> Drawn {
    pieces.iter().try_for_each(|piece| area.draw(piece))
}

/// Names of groups and where they end.
fn groups(layout: &Layout, area: &Area<'_>, chart: &mut Plot<'_, '_>) -> Drawn {
    for (group, (top, bottom)) in layout.series.groups.iter().zip(&layout.groups) {
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

fn row(layout: &Layout, place: &RowPlace, area: &Area<'_>, chart: &mut Plot<'_, '_>) -> Drawn {
    let RowPlace { group, lane, y, bar, .. } = *place;
    let (series, wide) = (layout.series, layout.right - layout.left);
    if !group.dense {
        let (style, room) = match series.is_one() {
            true => (layout.name.colour(if lane.alert { ALERT } else { INK }), layout.gutter),
            false => (layout.quiet(), layout.beside),
        };
        let (style, text) = style.fit(&lane.name, room, 9.0);
        let place = at((layout.left - 10.0, y + bar / 2.0));
        area.draw(&Piece::label(place, &text, style, Align::Right))?;
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
    chart.draw_series(told::stretches(series, place, wide))?;
    for x in &place.ticks {
        draw_all(area, &tick(*x, y, bar))?;
    }
    draw_all(area, &told::marks(series, place))?;
    for (tick, text, label) in &place.labels {
        let top = y + bar + 4.0 + label.level as f64 * layout.level_height();
        let baseline = top + layout.small.size;
        area.draw(&Piece::line(at((*tick, y + bar + 2.0)), at((*tick, baseline)), AXIS, 0.8))?;
        area.draw(&Piece::text(at((label.left, baseline)), text, layout.small, Align::Left))?;
    }
    if !lane.note.is_empty() {
        let text = layout.small.ellipsize(&lane.note, wide);
        let baseline = at((layout.left, y + bar + 5.0 + layout.small.size));
        area.draw(&Piece::text(baseline, &text, layout.quiet(), Align::Left))?;
    }
    Ok(())
}
