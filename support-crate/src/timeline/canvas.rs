//! A pen for what is drawn freely on an area: shapes and text at places in pixels. The first error is kept until the end.

use figure::draw::{
    Align, Area, BELOW, Drawn, Piece, Values, at, axis_title, draw_mesh, pen, size, tick_style, units,
};
use figure::theme::Colour;
use figure::{Point, Quantity, Rect, TextStyle};
use plotters::chart::ChartBuilder;
use plotters::element::Rectangle;
use plotters::series::DashedLineSeries;
use plotters::style::Color;

/// Draws on an area.
pub(super) struct Canvas<'a, 'b> {
    area: &'a Area<'b>,
    drawn: Drawn,
}

/// Lines over a rectangle.
pub(super) enum Hatch {
    /// Rising to the right.
    Rising,
    /// Upright.
    Upright,
}

impl<'a, 'b> Canvas<'a, 'b> {
    pub fn on(area: &'a Area<'b>) -> Self {
        Self { area, drawn: Ok(()) }
    }

    /// How drawing ended.
    pub fn finish(self) -> Drawn {
        self.drawn
    }

    fn note(&mut self, drawn: Drawn) {
        if self.drawn.is_ok() {
            self.drawn = drawn;
        }
    }

    fn piece(&mut self, piece: &Piece<(i32, i32)>) {
        self.note(self.area.draw(piece));
    }

    pub fn rect(&mut self, rect: Rect, colour: Colour) {
        let corners = [at((rect.x, rect.y)), at((rect.right(), rect.bottom()))];
        self.note(self.area.draw(&Rectangle::new(corners, colour.filled())));
    }

    pub fn line(&mut self, from: Point, to: Point, width: f64, colour: Colour) {
        self.piece(&Piece::line(at(from), at(to), colour, width));
    }

    pub fn dashes(&mut self, line: [Point; 2], (on, off): (f64, f64), width: f64, colour: Colour) {
        let [from, to] = line.map(at);
        let dashes = DashedLineSeries::new([from, to], units(on), units(off), pen(colour, width));
        for dash in dashes {
            self.note(self.area.draw(&dash));
        }
    }

    pub fn circle(&mut self, centre: Point, radius: f64, colour: Colour) {
        self.piece(&Piece::dot(at(centre), radius, colour));
    }

    pub fn hatch(&mut self, rect: Rect, hatch: Hatch, gap: f64, colour: Colour) {
        if let Hatch::Rising = hatch {
            let corners = (at((rect.x, rect.y)), at((rect.right(), rect.bottom())));
            return self.piece(&Piece::hatch(corners.0, corners.1, gap, colour));
        }
        let (first, last) =
            (((rect.x + 0.5) / gap).ceil() as i64, ((rect.right() - 0.5) / gap).floor() as i64);
        for x in (first..=last).map(|index| index as f64 * gap) {
            self.line((x, rect.y), (x, rect.bottom()), 1.0, colour);
        }
    }

    pub fn text(&mut self, baseline: Point, text: &str, style: &TextStyle, align: Align) {
        self.piece(&Piece::text(at(baseline), text, *style, align));
    }

    pub fn text_at_middle(&mut self, place: Point, text: &str, style: &TextStyle, align: Align) {
        self.piece(&Piece::text(at(place), text, *style, align).at_middle());
    }

    /// A level axis of times in seconds below a plot.
    pub fn time_axis(&mut self, plot: Rect, range: (f64, f64), name: &str) {
        let drawn = self.axis(plot, range, name);
        self.note(drawn);
    }

    fn axis(&self, plot: Rect, range: (f64, f64), name: &str) -> Drawn {
        let (width, height) = size(self.area);
        let time = Values::exactly(Quantity::Seconds, range).level(plot.w, &tick_style());
        let mut chart = ChartBuilder::on(self.area)
            .margin_top(units(plot.y))
            .margin_left(units(plot.x))
            .margin_right(units(width - plot.right()))
            .margin_bottom(units(height - plot.bottom() - BELOW))
            .x_label_area_size(units(BELOW))
            .build_cartesian_2d(time.clone(), Values::rows(1))?;
        draw_mesh(&mut chart, true)?;
        axis_title(self.area, (plot.right(), plot.bottom()), plot.w, &time, name)
    }
}
