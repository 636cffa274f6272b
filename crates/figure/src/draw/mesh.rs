//! The ground of a chart: plotters' mesh in the look of all figures, and the titles of the axes.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::style::{Color, TRANSPARENT};

use super::area::{Area, DrawError, Drawn, size};
use super::pieces::{Align, Piece};
use super::values::Values;
use crate::backend::{Backend, UNITS, at, units};
use crate::geometry::Rect;
use crate::text::TextStyle;
use crate::theme::{AXIS, GRID, QUIET};

/// Room above a plot for the title of its upright axis.
pub const ABOVE: f64 = 28.0;
/// Room below a plot for the labels and the title of its level axis.
pub const BELOW: f64 = 38.0;

/// How axis labels are set.
pub const fn tick_style() -> TextStyle {
    TextStyle::new(11.5).colour(QUIET)
}

/// Height of a plot that looks well at a width.
pub fn good_height(width: f64) -> f64 {
    (width * 0.42).clamp(210.0, 380.0).round()
}

/// A chart under construction, in the coordinates of its axes.
pub type Plot<'a, 'b> = ChartContext<'a, Backend<'b>, Cartesian2d<Values, Values>>;

/// A chart whose plot stands at a place of its area, in pixels: with plotters' mesh in the look of all figures (the labels
/// of both axes, a line below the plot, grid lines between values), and the level axis's name right-aligned under its labels.
///
/// # Errors
/// Those of plotters.
pub fn framed<'a, 'b>(
    area: &'a Area<'b>,
    plot: Rect,
    (across, name): (&Values, &str),
    up: &Values,
) -> Result<Plot<'a, 'b>, DrawError> {
    let (width, height) = size(area);
    let mut chart = ChartBuilder::on(area)
        .margin_top(units(plot.y))
        .margin_right(units(width - plot.right()))
        .margin_bottom(units(height - plot.bottom() - BELOW))
        .x_label_area_size(units(BELOW))
        .y_label_area_size(units(plot.x))
        .build_cartesian_2d(across.clone(), up.clone())?;
    let hairline = UNITS as u32;
    let grid = if across.are_places() { TRANSPARENT.into() } else { GRID.stroke_width(hairline) };
    let style = tick_style();
    let labels = style.font(UNITS);
    // The upright axis has no line, and plotters has one style for the lines of both: so each is drawn by itself.
    let mut level = chart.configure_mesh();
    level.disable_y_axis().disable_y_mesh().axis_style(AXIS.stroke_width(hairline));
    level.bold_line_style(grid).label_style(labels.clone()).set_all_tick_mark_size(units(3.8)).draw()?;
    let mut upright = chart.configure_mesh();
    upright.disable_x_axis().disable_x_mesh().axis_style(TRANSPARENT);
    upright.bold_line_style(grid).label_style(labels).set_all_tick_mark_size(units(3.8)).draw()?;
    let title = across.title(name);
    let short = title.replace("(logarithmic)", "(log)").replace(" (stretched to the right)", "");
    let title = style.first_that_fits(&[&title, &short], plot.w);
    let place = at((plot.right(), plot.bottom() + 33.0));
    area.draw(&Piece::text(place, &title, style, Align::Right))?;
    Ok(chart)
}

/// The title of an upright axis: above it, from the area's left edge.
pub fn upright_title(area: &Area<'_>, top: f64, axis: &Values, name: &str) -> Drawn {
    let style = tick_style();
    let title = style.ellipsize(&axis.title(name), size(area).0);
    area.draw(&Piece::text(at((0.0, top - 12.0)), &title, style, Align::Left))
}
