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
use crate::theme::{CARD, Colour};

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

/// One piece, for `area.draw(&piece)` and `chart.draw_series([piece])`. Its sizes are in pixels.
pub struct Piece<C> {
    points: Vec<C>,
    shape: Shape,
}

enum Shape {
    Marker { marker: Marker, radius: f64, colour: RGBAColor },
    Line(ShapeStyle),
    Cross { reach: f64, style: ShapeStyle },
    Whisker { reach: f64, style: ShapeStyle },
    Fill(Colour),
    Dotted(ShapeStyle),
    Bar { thick: f64, fill: Colour, edge: Option<Colour> },
    Hatch { gap: f64, colour: Colour },
    Text { text: String, style: TextStyle, align: Align, moved: Point, patch: bool },
    Picture(Pixels),
    Told(String),
}

/// A place that tells something is at least so wide and so high, to be hit.
const LEAST_TOLD: f64 = 10.0;

/// A line of a width in pixels.
pub fn pen(colour: impl Color, width: f64) -> ShapeStyle {
    colour.stroke_width((width * UNITS).round().max(1.0) as u32)
}

impl<C> Piece<C> {
    fn new(points: impl Into<Vec<C>>, shape: Shape) -> Self {
        Self { points: points.into(), shape }
    }

    /// A filled marker about `2 * radius` across.
    pub fn marker(at: C, radius: f64, marker: Marker, colour: impl Color) -> Self {
        Self::new([at], Shape::Marker { marker, radius, colour: colour.to_rgba() })
    }

    /// A filled circle.
    pub fn dot(at: C, radius: f64, colour: impl Color) -> Self {
        Self::marker(at, radius, Marker::Circle, colour)
    }

    /// A straight line.
    pub fn line(from: C, to: C, colour: impl Color, width: f64) -> Self {
        Self::new([from, to], Shape::Line(pen(colour, width)))
    }

    /// A lying cross that reaches so far from its middle.
    pub fn cross(at: C, reach: f64, colour: Colour, width: f64) -> Self {
        Self::new([at], Shape::Cross { reach, style: pen(colour, width) })
    }

    /// An interval, level or upright, with short ends that reach so far from its line.
    pub fn whisker(from: C, to: C, reach: f64, colour: Colour, width: f64) -> Self {
        Self::new([from, to], Shape::Whisker { reach, style: pen(colour, width) })
    }

    /// The rectangle between two corners, filled.
    pub fn fill(from: C, to: C, colour: Colour) -> Self {
        Self::new([from, to], Shape::Fill(colour))
    }

    /// A level line of dots.
    pub fn dotted(from: C, to: C, colour: Colour) -> Self {
        Self::new([from, to], Shape::Dotted(pen(colour, 1.0)))
    }

    /// A level bar around the line between two places, its edges on whole pixels.
    pub fn bar(from: C, to: C, thick: f64, fill: Colour, edge: Option<Colour>) -> Self {
        Self::new([from, to], Shape::Bar { thick, fill, edge })
    }

    /// Rising lines, `gap` pixels apart, over the rectangle between two corners.
    pub fn hatch(from: C, to: C, gap: f64, colour: Colour) -> Self {
        Self::new([from, to], Shape::Hatch { gap, colour })
    }

    /// One line of text with its baseline at a place.
    pub fn text(at: C, text: &str, style: TextStyle, align: Align) -> Self {
        let text = clean(text);
        Self::new([at], Shape::Text { text, style, align, moved: (0.0, 0.0), patch: false })
    }

    /// A picture stretched to the rectangle between two corners.
    pub fn picture(from: C, to: C, pixels: &Pixels) -> Self {
        Self::new([from, to], Shape::Picture(pixels.clone()))
    }

    /// Nothing to be seen: what the rectangle between two corners stands for, told to who points at it.
    pub fn told(from: C, to: C, words: impl Into<String>) -> Self {
        Self::new([from, to], Shape::Told(words.into()))
    }

    /// The same text some pixels to the right and down.
    pub fn moved(mut self, right: f64, down: f64) -> Self {
        if let Shape::Text { moved, .. } = &mut self.shape {
            *moved = (moved.0 + right, moved.1 + down);
        }
        self
    }

    /// The same text with its capitals around the height of its place.
    pub fn at_middle(self) -> Self {
        let Shape::Text { style, .. } = &self.shape else { return self };
        let down = CAP_HEIGHT * style.size / 2.0;
        self.moved(0.0, down)
    }

    /// The same text on a patch of card, so that lines below it do not disturb.
    pub fn on_patch(mut self) -> Self {
        if let Shape::Text { patch, .. } = &mut self.shape {
            *patch = true;
        }
        self
    }
}

impl<'a, C> PointCollection<'a, C> for &'a Piece<C> {
    type Point = &'a C;
    type IntoIter = slice::Iter<'a, C>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

type DrawingResult = Result<(), DrawingErrorKind<std::io::Error>>;

impl<C> Drawable<Backend<'_>> for Piece<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut Backend<'_>,
        _: (u32, u32),
    ) -> DrawingResult {
        let points: Vec<Point> = points.map(|(x, y)| (f64::from(x) / UNITS, f64::from(y) / UNITS)).collect();
        let (Some(&from), Some(&to)) = (points.first(), points.last()) else { return Ok(()) };
        match &self.shape {
            Shape::Marker { marker, radius, colour } => draw_marker(backend, from, *radius, *marker, *colour),
            Shape::Line(style) => line(backend, from, to, style),
            Shape::Cross { reach, style } => {
                let (x, y) = from;
                line(backend, (x - reach, y - reach), (x + reach, y + reach), style)?;
                line(backend, (x - reach, y + reach), (x + reach, y - reach), style)
            }
            Shape::Whisker { reach, style } => {
                let (across, down) = if from.1 == to.1 { (0.0, *reach) } else { (*reach, 0.0) };
                for (x, y) in [from, to] {
                    line(backend, (x - across, y - down), (x + across, y + down), style)?;
                }
                line(backend, from, to, style)
            }
            Shape::Fill(colour) => backend.draw_rect(at(from), at(to), &colour.filled(), true),
            Shape::Dotted(style) => {
                for dot in 0..((to.0 - from.0) / 4.5).ceil() as usize {
                    let start = from.0 + 4.5 * dot as f64;
                    line(backend, (start, from.1), ((start + 1.5).min(to.0), from.1), style)?;
                }
                Ok(())
            }
            Shape::Bar { thick, fill, edge } => {
                let (top, bottom) = ((from.1 - thick / 2.0).round(), (from.1 + thick / 2.0).round());
                let (left, right) = (from.0, to.0);
                backend.draw_rect(at((left, top)), at((right, bottom)), &fill.filled(), true)?;
                if let Some(edge) = edge.filter(|_| right - left > 3.0) {
                    let inside = (at((left + 0.5, top + 0.5)), at((right - 0.5, bottom - 0.5)));
                    backend.draw_rect(inside.0, inside.1, &pen(edge, 1.0), false)?;
                }
                Ok(())
            }
            Shape::Hatch { gap, colour } => hatch(backend, Rect::between(from, to), *gap, *colour),
            Shape::Text { text, .. } if text.is_empty() => Ok(()),
            Shape::Text { text, style, align, moved, patch } => {
                let width = style.width(text);
                let left = from.0 + moved.0
                    - match align {
                        Align::Left => 0.0,
                        Align::Centre => width / 2.0,
                        Align::Right => width,
                    };
                let baseline = from.1 + moved.1;
                if *patch {
                    let top = baseline - style.size;
                    let corner = (left + width + 3.0, top + style.size * 1.35);
                    backend.draw_rect(at((left - 3.0, top)), at(corner), &CARD.opacity(0.86), true)?;
                }
                let font = style.font(UNITS).pos(Pos::new(HPos::Left, VPos::Top));
                backend.draw_text(text, &font, at((left, baseline - TOP_TO_BASELINE * style.size)))
            }
            Shape::Picture(pixels) => {
                backend.picture(Rect::between(from, to), pixels);
                Ok(())
            }
            Shape::Told(words) => {
                let place = Rect::between(from, to);
                let [across, down] = [place.w, place.h].map(|side| (LEAST_TOLD - side).max(0.0) / 2.0);
                let corner = (place.right() + across, place.bottom() + down);
                backend.tell(Rect::between((place.x - across, place.y - down), corner), &clean(words));
                Ok(())
            }
        }
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

/// Counted from the picture's corner, so that the lines of neighbouring rectangles meet.
fn hatch(backend: &mut Backend<'_>, rect: Rect, gap: f64, colour: Colour) -> DrawingResult {
    let (first, last) = (rect.x + rect.y, rect.right() + rect.bottom());
    for index in (first / gap).ceil() as i64..=(last / gap).floor() as i64 {
        let sum = index as f64 * gap;
        let (left, right) = (rect.x.max(sum - rect.bottom()), rect.right().min(sum - rect.y));
        line(backend, (left, sum - left), (right, sum - right), &pen(colour, 1.0))?;
    }
    Ok(())
}
