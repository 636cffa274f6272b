//! The pieces of charts that plotters has no element for. Each works in every coordinate system: on an area and in a chart.

use std::slice;

use plotters::element::{Drawable, PointCollection};
use plotters::style::{Color, RGBAColor, ShapeStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use crate::backend::{Backend, UNITS, at};
use crate::geometry::{Point, Rect};
use crate::look::Marker;
use crate::pixels::Pixels;
use crate::text::font::{CAP_HEIGHT, TOP_TO_BASELINE};
use crate::text::{TextStyle, clean};
use crate::theme::Colour;

/// Which end of a text its x names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// x is the left end.
    Left,
    /// x is the middle.
    Centre,
    /// x is the right end.
    Right,
}

type DrawingResult = Result<(), DrawingErrorKind<std::io::Error>>;
/// Draws something between two places, given in pixels.
type Draw = dyn Fn(&mut Backend<'_>, Point, Point) -> DrawingResult;

/// One piece, for `area.draw(&piece)` and `chart.draw_series([piece])`. Its sizes are in pixels.
pub struct Piece<C> {
    points: Vec<C>,
    draw: Box<Draw>,
}

/// A place that tells something is at least so wide and so high, to be hit.
const LEAST_TOLD: f64 = 10.0;

/// A line of a width in pixels.
pub fn pen(colour: impl Color, width: f64) -> ShapeStyle {
    colour.stroke_width((width * UNITS).round().max(1.0) as u32)
}

impl<C> Piece<C> {
    fn new<D>(points: impl Into<Vec<C>>, draw: D) -> Self
    where
        D: Fn(&mut Backend<'_>, Point, Point) -> DrawingResult + 'static,
    {
        Self { points: points.into(), draw: Box::new(draw) }
    }

    /// A filled marker about `2 * radius` across.
    pub fn marker(at: C, radius: f64, marker: Marker, colour: impl Color) -> Self {
        let colour = colour.to_rgba();
        Self::new([at], move |backend, at, _| draw_marker(backend, at, radius, marker, colour))
    }

    /// A filled circle.
    pub fn dot(at: C, radius: f64, colour: impl Color) -> Self {
        Self::marker(at, radius, Marker::Circle, colour)
    }

    /// A straight line.
    pub fn line(from: C, to: C, colour: impl Color, width: f64) -> Self {
        let style = pen(colour, width);
        Self::new([from, to], move |backend, from, to| line(backend, from, to, &style))
    }

    /// A lying cross that reaches so far from its middle.
    pub fn cross(at: C, reach: f64, colour: Colour, width: f64) -> Self {
        let style = pen(colour, width);
        Self::new([at], move |backend, (x, y), _| {
            line(backend, (x - reach, y - reach), (x + reach, y + reach), &style)?;
            line(backend, (x - reach, y + reach), (x + reach, y - reach), &style)
        })
    }

    /// An interval, level or upright, with short ends that reach so far from its line.
    pub fn whisker(from: C, to: C, reach: f64, colour: Colour, width: f64) -> Self {
        let style = pen(colour, width);
        Self::new([from, to], move |backend, from, to| {
            let (across, down) = if from.1 == to.1 { (0.0, reach) } else { (reach, 0.0) };
            for (x, y) in [from, to] {
                line(backend, (x - across, y - down), (x + across, y + down), &style)?;
            }
            line(backend, from, to, &style)
        })
    }

    /// The rectangle between two corners, filled.
    pub fn fill(from: C, to: C, colour: impl Color) -> Self {
        let style = colour.filled();
        Self::new([from, to], move |backend, from, to| backend.draw_rect(at(from), at(to), &style, true))
    }

    /// A level line of dots.
    pub fn dotted(from: C, to: C, colour: Colour) -> Self {
        let style = pen(colour, 1.0);
        Self::new([from, to], move |backend, from, to| {
            let mut starts =
                (0..((to.0 - from.0) / 4.5).ceil() as usize).map(|dot| from.0 + 4.5 * dot as f64);
            starts.try_for_each(|x| line(backend, (x, from.1), ((x + 1.5).min(to.0), from.1), &style))
        })
    }

    /// A level bar around the line between two places, its edges on whole pixels.
    pub fn bar(from: C, to: C, thick: f64, fill: Colour, edge: Option<Colour>) -> Self {
        Self::new([from, to], move |backend, (left, y), (right, _)| {
            let (top, bottom) = ((y - thick / 2.0).round(), (y + thick / 2.0).round());
            backend.draw_rect(at((left, top)), at((right, bottom)), &fill.filled(), true)?;
            let Some(edge) = edge.filter(|_| right - left > 3.0) else { return Ok(()) };
            let inside = (at((left + 0.5, top + 0.5)), at((right - 0.5, bottom - 0.5)));
            backend.draw_rect(inside.0, inside.1, &pen(edge, 1.0), false)
        })
    }

    /// Rising lines, `gap` pixels apart, over the rectangle between two corners. Counted from the picture's corner, so that the
    /// lines of neighbouring rectangles meet.
    pub fn hatch(from: C, to: C, gap: f64, colour: Colour) -> Self {
        let style = pen(colour, 1.0);
        Self::new([from, to], move |backend, from, to| {
            let rect = Rect::between(from, to);
            let (first, last) = (rect.x + rect.y, rect.right() + rect.bottom());
            let mut sums =
                ((first / gap).ceil() as i64..=(last / gap).floor() as i64).map(|index| index as f64 * gap);
            sums.try_for_each(|sum| {
                let (left, right) = (rect.x.max(sum - rect.bottom()), rect.right().min(sum - rect.y));
                line(backend, (left, sum - left), (right, sum - right), &style)
            })
        })
    }

    /// One line of text with its baseline at a place.
    pub fn text(at: C, text: &str, style: TextStyle, align: Align) -> Self {
        Self::set(at, 0.0, text, style, align)
    }

    /// One line of text with its capitals around the height of a place.
    pub fn label(at: C, text: &str, style: TextStyle, align: Align) -> Self {
        Self::label_below(at, 0.0, text, style, align)
    }

    /// A [`label`](Self::label) so far below its place.
    pub fn label_below(at: C, down: f64, text: &str, style: TextStyle, align: Align) -> Self {
        Self::set(at, down + CAP_HEIGHT * style.size / 2.0, text, style, align)
    }

    /// A text whose baseline is so far below its place.
    fn set(place: C, down: f64, text: &str, style: TextStyle, align: Align) -> Self {
        let text = clean(text);
        Self::new([place], move |backend, (x, y), _| {
            let share = match align {
                Align::Left => 0.0,
                Align::Centre => 0.5,
                Align::Right => 1.0,
            };
            let left = x - share * style.width(&text);
            let top = y + down - TOP_TO_BASELINE * style.size;
            let font = style.font(UNITS).pos(Pos::new(HPos::Left, VPos::Top));
            if text.is_empty() { Ok(()) } else { backend.draw_text(&text, &font, at((left, top))) }
        })
    }

    /// A picture stretched to the rectangle between two corners.
    pub fn picture(from: C, to: C, pixels: &Pixels) -> Self {
        let pixels = pixels.clone();
        Self::new([from, to], move |backend, from, to| {
            backend.picture(Rect::between(from, to), &pixels);
            Ok(())
        })
    }

    /// Nothing to be seen: what the rectangle between two corners stands for, told to who points at it.
    pub fn told(from: C, to: C, words: impl Into<String>) -> Self {
        let words = clean(&words.into());
        Self::new([from, to], move |backend, from, to| {
            let place = Rect::between(from, to);
            let [across, down] = [place.w, place.h].map(|side| (LEAST_TOLD - side).max(0.0) / 2.0);
            let corner = (place.right() + across, place.bottom() + down);
            backend.tell(Rect::between((place.x - across, place.y - down), corner), &words);
            Ok(())
        })
    }
}

impl<'a, C> PointCollection<'a, C> for &'a Piece<C> {
    type Point = &'a C;
    type IntoIter = slice::Iter<'a, C>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

impl<C> Drawable<Backend<'_>> for Piece<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut Backend<'_>,
        _: (u32, u32),
    ) -> DrawingResult {
        let points: Vec<Point> = points.map(|(x, y)| (f64::from(x) / UNITS, f64::from(y) / UNITS)).collect();
        let (Some(&from), Some(&to)) = (points.first(), points.last()) else { return Ok(()) };
        (self.draw)(backend, from, to)
    }
}

fn line(backend: &mut Backend<'_>, from: Point, to: Point, style: &ShapeStyle) -> DrawingResult {
    backend.draw_line(at(from), at(to), style)
}

fn draw_marker(
    backend: &mut Backend<'_>,
    (x, y): Point,
    radius: f64,
    marker: Marker,
    colour: RGBAColor,
) -> DrawingResult {
    // Corners around the middle, the even and the odd ones so far from it.
    let around = |corners: usize, turn: f64, even: f64, odd: f64| -> Vec<BackendCoord> {
        let corner = |corner: usize| {
            let angle = std::f64::consts::TAU * (corner as f64 / corners as f64 + turn);
            let reach = radius * if corner.is_multiple_of(2) { even } else { odd };
            at((x + reach * angle.sin(), y - reach * angle.cos()))
        };
        (0..corners).map(corner).collect()
    };
    let style = colour.filled();
    match marker {
        Marker::Circle => backend.draw_circle(at((x, y)), (radius * UNITS).round() as u32, &style, true),
        Marker::Diamond => backend.fill_polygon(around(4, 0.0, 1.2, 1.2), &style),
        Marker::Star => backend.fill_polygon(around(10, 0.0, 1.35, 0.6), &style),
        Marker::Square => backend.fill_polygon(around(4, 0.125, 1.27, 1.27), &style),
        Marker::Up => backend.fill_polygon(around(3, 0.0, 1.25, 1.25), &style),
        Marker::Down => backend.fill_polygon(around(3, 0.5, 1.25, 1.25), &style),
        Marker::Right => backend.fill_polygon(around(3, 0.25, 1.25, 1.25), &style),
        Marker::Left => backend.fill_polygon(around(3, 0.75, 1.25, 1.25), &style),
        Marker::Plus => {
            let (long, short) = (radius * 1.15, radius * 0.4);
            let quarter = [(-short, -long), (short, -long), (short, -short)];
            let turns = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
            let turned = turns.iter().flat_map(|(c, s)| quarter.map(|(a, b)| (c * a - s * b, s * a + c * b)));
            let corners = turned.map(|(a, b)| at((x + a, y + b)));
            backend.fill_polygon(corners.collect::<Vec<_>>(), &style)
        }
    }
}
