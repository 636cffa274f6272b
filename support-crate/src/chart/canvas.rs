//! What charts draw on: shapes and text in logical pixels, the same calls for SVG and PNG.

use super::font::CAP_HEIGHT;
use super::geometry::{Point, Rect};
use super::pixels::Pixels;
use super::surface::{Paint, Surface};
use super::text::{TextStyle, clean};
use super::theme::{Hatch, Marker};

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

/// A text that was drawn, and where: tests hold these against one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it says.
    pub text: String,
    /// From the height of its capitals to just below its baseline.
    pub place: Rect,
}

/// A picture being drawn, over one of plotters' backends. Shapes with a coordinate that is not finite are left out.
pub struct Canvas<'a> {
    surface: Box<dyn Surface + 'a>,
    labels: Vec<Label>,
}

impl<'a> Canvas<'a> {
    pub(super) fn over(surface: impl Surface + 'a) -> Self {
        Self { surface: Box::new(surface), labels: Vec::new() }
    }

    /// Every text drawn so far.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: Rect, paint: impl Into<Paint>) {
        if finite(&[(rect.x, rect.y), (rect.w, rect.h)]) && rect.w > 0.0 && rect.h > 0.0 {
            self.surface.rect(rect, paint.into());
        }
    }

    /// The outline of a rectangle, drawn inside it.
    pub fn outline(&mut self, rect: Rect, width: f64, paint: impl Into<Paint>) {
        let (paint, half) = (paint.into(), width / 2.0);
        for y in [rect.y + half, rect.bottom() - half] {
            self.line((rect.x, y), (rect.right(), y), width, paint);
        }
        for x in [rect.x + half, rect.right() - half] {
            self.line((x, rect.y + width), (x, rect.bottom() - width), width, paint);
        }
    }

    /// A filled polygon that does not cross itself.
    pub fn polygon(&mut self, points: &[Point], paint: impl Into<Paint>) {
        if points.len() > 2 && finite(points) {
            self.surface.polygon(points, paint.into());
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, width: f64, paint: impl Into<Paint>) {
        if finite(&[from, to]) && from != to {
            self.surface.polyline(&[from, to], width, paint.into());
        }
    }

    /// A level or upright hairline moved onto the pixel grid, so that it is sharp.
    pub fn hairline(&mut self, from: Point, to: Point, paint: impl Into<Paint>) {
        let sharp = |value: f64| value.floor() + 0.5;
        let (mut from, mut to) = (from, to);
        if from.1 == to.1 {
            (from.1, to.1) = (sharp(from.1), sharp(to.1));
        } else {
            (from.0, to.0) = (sharp(from.0), sharp(to.0));
        }
        self.line(from, to, 1.0, paint);
    }

    /// A line through several points; where one is not finite the line has a gap.
    pub fn polyline(&mut self, points: &[Point], width: f64, paint: impl Into<Paint>) {
        let paint = paint.into();
        for part in points.split(|point| !finite(&[*point])).filter(|part| part.len() > 1) {
            self.surface.polyline(part, width, paint);
        }
    }

    /// A line of dashes `on` long and `off` apart.
    pub fn dashes(&mut self, points: &[Point], (on, off): (f64, f64), width: f64, paint: impl Into<Paint>) {
        let paint = paint.into();
        let mut dash: Vec<Point> = Vec::new();
        let (mut drawing, mut left) = (true, on);
        for pair in points.windows(2).filter(|pair| finite(pair)) {
            let (mut at, to) = (pair[0], pair[1]);
            loop {
                let rest = (to.0 - at.0).hypot(to.1 - at.1);
                let step = left.min(rest);
                let next = if rest > 0.0 {
                    (at.0 + (to.0 - at.0) * step / rest, at.1 + (to.1 - at.1) * step / rest)
                } else {
                    to
                };
                if drawing {
                    if dash.is_empty() {
                        dash.push(at);
                    }
                    dash.push(next);
                }
                left -= step;
                at = next;
                if left <= 1e-9 {
                    if drawing {
                        self.polyline(&dash, width, paint);
                        dash.clear();
                    }
                    drawing = !drawing;
                    left = if drawing { on } else { off }.max(0.5);
                }
                if rest - step <= 1e-9 {
                    break;
                }
            }
        }
        if dash.len() > 1 {
            self.polyline(&dash, width, paint);
        }
    }

    /// A filled circle.
    pub fn circle(&mut self, centre: Point, radius: f64, paint: impl Into<Paint>) {
        if finite(&[centre, (radius, 0.0)]) && radius > 0.0 {
            self.surface.circle(centre, radius, paint.into());
        }
    }

    /// A filled marker about `2 * radius` across.
    pub fn marker(&mut self, (x, y): Point, radius: f64, marker: Marker, paint: impl Into<Paint>) {
        let paint = paint.into();
        let around = |corners: usize, turn: f64, even: f64, odd: f64| -> Vec<Point> {
            (0..corners)
                .map(|corner| {
                    let angle = std::f64::consts::TAU * (corner as f64 / corners as f64 + turn);
                    let reach = radius * if corner % 2 == 0 { even } else { odd };
                    (x + reach * angle.sin(), y - reach * angle.cos())
                })
                .collect()
        };
        match marker {
            Marker::Circle => self.circle((x, y), radius, paint),
            Marker::Diamond => self.polygon(&around(4, 0.0, 1.2, 1.2), paint),
            Marker::Star => self.polygon(&around(10, 0.0, 1.35, 0.6), paint),
            Marker::Square => {
                let half = radius * 0.9;
                self.rect(Rect::new(x - half, y - half, 2.0 * half, 2.0 * half), paint);
            }
            Marker::Up => self.polygon(&around(3, 0.0, 1.25, 1.25), paint),
            Marker::Down => self.polygon(&around(3, 0.5, 1.25, 1.25), paint),
            Marker::Plus => {
                let (long, short) = (radius * 1.15, radius * 0.4);
                self.polygon(
                    &[
                        (x - short, y - long),
                        (x + short, y - long),
                        (x + short, y - short),
                        (x + long, y - short),
                        (x + long, y + short),
                        (x + short, y + short),
                        (x + short, y + long),
                        (x - short, y + long),
                        (x - short, y + short),
                        (x - long, y + short),
                        (x - long, y - short),
                        (x - short, y - short),
                    ],
                    paint,
                );
            }
        }
    }

    /// Lines over a rectangle, `gap` pixels apart.
    pub fn hatch(&mut self, rect: Rect, hatch: Hatch, gap: f64, paint: impl Into<Paint>) {
        let paint = paint.into();
        if !finite(&[(rect.x, rect.y), (rect.w, rect.h)]) || gap < 1.0 {
            return;
        }
        let (level, upright, rising, falling) = match hatch {
            Hatch::Plain => return,
            Hatch::Level => (true, false, false, false),
            Hatch::Upright => (false, true, false, false),
            Hatch::Grid => (true, true, false, false),
            Hatch::Rising => (false, false, true, false),
            Hatch::Falling => (false, false, false, true),
            Hatch::Cross => (false, false, true, true),
        };
        // Counted from the picture's corner, so that the lines of neighbouring rectangles meet.
        let places = |from: f64, to: f64| {
            let first = (from / gap).ceil() as i64;
            (first..=(to / gap).floor() as i64).map(move |index| index as f64 * gap)
        };
        if level {
            places(rect.y + 0.5, rect.bottom() - 0.5)
                .for_each(|y| self.line((rect.x, y), (rect.right(), y), 1.0, paint));
        }
        if upright {
            places(rect.x + 0.5, rect.right() - 0.5)
                .for_each(|x| self.line((x, rect.y), (x, rect.bottom()), 1.0, paint));
        }
        if rising {
            for sum in places(rect.x + rect.y, rect.right() + rect.bottom()) {
                let (left, right) = (rect.x.max(sum - rect.bottom()), rect.right().min(sum - rect.y));
                self.line((left, sum - left), (right, sum - right), 1.0, paint);
            }
        }
        if falling {
            for difference in places(rect.x - rect.bottom(), rect.right() - rect.y) {
                let (left, right) =
                    (rect.x.max(difference + rect.y), rect.right().min(difference + rect.bottom()));
                self.line((left, left - difference), (right, right - difference), 1.0, paint);
            }
        }
    }

    /// One line of text with its baseline at `(x, y)`. Returns where it stands.
    pub fn text(&mut self, (x, y): Point, text: &str, style: &TextStyle, align: Align) -> Rect {
        let text = clean(text);
        let width = style.width(&text);
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        let place = Rect::new(left, y - CAP_HEIGHT * style.size, width, (CAP_HEIGHT + 0.12) * style.size);
        if finite(&[(left, y)]) && !text.is_empty() {
            self.surface.text((left, y), &text, style.size, style.weight, style.colour);
            self.labels.push(Label { text, place });
        }
        place
    }

    /// One line of text whose capitals stand around the height `y`.
    pub fn text_at_middle(&mut self, (x, y): Point, text: &str, style: &TextStyle, align: Align) -> Rect {
        self.text((x, y + CAP_HEIGHT * style.size / 2.0), text, style, align)
    }

    /// A picture made of pixels, stretched to the rectangle.
    pub fn picture(&mut self, place: Rect, pixels: &Pixels) {
        if finite(&[(place.x, place.y), (place.w, place.h)]) && place.w >= 1.0 && place.h >= 1.0 {
            self.surface.picture(place, pixels);
        }
    }
}

fn finite(points: &[Point]) -> bool {
    points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
}
