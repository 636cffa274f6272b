//! The one backend of all figures, so that every figure is compiled once: what plotters draws goes to plotters' own
//! SVG backend or to smoothed dots.
//!
//! Plotters counts in whole numbers. A backend here has [`UNITS`] of them to a pixel, so that curves stay smooth.

pub(crate) mod png;
mod raster;
pub(crate) mod svg;
mod unit;

use std::io;

use plotters::prelude::SVGBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::geometry::Rect;
use crate::pixels::Pixels;
pub(crate) use raster::Raster;
pub use unit::{UNITS, at, units};

/// Where a figure is drawn to.
pub struct Backend<'a> {
    /// In units.
    size: (u32, u32),
    target: Target<'a>,
}

enum Target<'a> {
    /// The file, and what goes into it past plotters.
    Svg(SVGBackend<'a>, &'a mut Beside),
    Dots(Raster<'a>),
}

/// What plotters' SVG backend has no call for.
#[derive(Default)]
pub(crate) struct Beside {
    /// Pictures, each stretched to a place in pixels.
    pub pictures: Vec<(Rect, Pixels)>,
    /// What a place stands for, in words.
    pub told: Vec<(Rect, String)>,
}

fn in_units((width, height): (f64, f64)) -> (u32, u32) {
    ((width * UNITS) as u32, (height * UNITS) as u32)
}

impl<'a> Backend<'a> {
    /// Draws into an SVG file of a size in pixels; what does not go through plotters is collected.
    pub(crate) fn svg(file: &'a mut String, beside: &'a mut Beside, size: (f64, f64)) -> Self {
        let size = in_units(size);
        Self { size, target: Target::Svg(SVGBackend::with_string(file, size), beside) }
    }

    /// Draws dots.
    pub(crate) fn dots(raster: Raster<'a>, size: (f64, f64)) -> Self {
        Self { size: in_units(size), target: Target::Dots(raster) }
    }

    /// Draws a picture, stretched to `place` (in pixels).
    pub(crate) fn picture(&mut self, place: Rect, pixels: &Pixels) {
        match &mut self.target {
            Target::Svg(_, beside) => beside.pictures.push((place, pixels.clone())),
            Target::Dots(raster) => raster.picture(place, pixels),
        }
    }

    /// Notes what a place (in pixels) stands for; only an SVG can tell.
    pub(crate) fn tell(&mut self, place: Rect, words: &str) {
        if let Target::Svg(_, beside) = &mut self.target {
            beside.told.push((place, words.to_owned()));
        }
    }
}

type Drawn = Result<(), DrawingErrorKind<io::Error>>;

impl DrawingBackend for Backend<'_> {
    type ErrorType = io::Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        if let Target::Svg(svg, _) = &mut self.target { svg.present() } else { Ok(()) }
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect(at, (at.0 + 1, at.1 + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        let (from, to) = sharp(from, to, style.stroke_width());
        match &mut self.target {
            Target::Svg(svg, _) => return svg.draw_line(from, to, style),
            Target::Dots(raster) => raster.line(&[from, to], style),
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        match &mut self.target {
            Target::Svg(svg, _) => return svg.draw_rect(from, to, style, fill),
            Target::Dots(raster) if fill => {
                raster.polygon([from, (to.0, from.1), to, (from.0, to.1)], style.color());
            }
            Target::Dots(raster) => {
                raster.line(&[from, (to.0, from.1), to, (from.0, to.1), from], style);
            }
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let path: Vec<BackendCoord> = path.into_iter().collect();
        match (&path[..], &mut self.target) {
            (&[from, to], _) => return self.draw_line(from, to, style),
            (_, Target::Svg(svg, _)) => return svg.draw_path(path, style),
            (_, Target::Dots(raster)) => raster.line(&path, style),
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        match &mut self.target {
            Target::Svg(svg, _) => return svg.draw_circle(centre, radius, style, fill),
            Target::Dots(raster) => raster.circle(centre, radius, style.color()),
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        match &mut self.target {
            Target::Svg(svg, _) => return svg.fill_polygon(corners, style),
            Target::Dots(raster) => raster.polygon(corners, style.color()),
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        match &mut self.target {
            Target::Svg(svg, _) => return svg.draw_text(text, style, at),
            Target::Dots(raster) => raster.text(text, style, at),
        }
        Ok(())
    }
}

/// A hairline that is level or upright, moved onto the grid of pixels; others as they are.
fn sharp(from: BackendCoord, to: BackendCoord, width: u32) -> (BackendCoord, BackendCoord) {
    let pixel = UNITS as i32;
    let middle = |value: i32| value.div_euclid(pixel) * pixel + pixel / 2;
    match width == UNITS as u32 {
        true if from.0 == to.0 => ((middle(from.0), from.1), (middle(to.0), to.1)),
        true if from.1 == to.1 => ((from.0, middle(from.1)), (to.0, middle(to.1))),
        _ => (from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hairlines_stand_in_the_middle_of_a_pixel() {
        assert_eq!(sharp((13, 0), (13, 99), 10), ((15, 0), (15, 99)));
        assert_eq!(sharp((0, -3), (50, -3), 10), ((0, -5), (50, -5)));
        assert_eq!(sharp((13, 0), (13, 99), 14), ((13, 0), (13, 99)));
    }
}
