//! A whole picture: the card with title, subtitle, drawing and notes, laid out once and drawn on any backend.

use super::bitmap::BitmapSurface;
use super::canvas::{Align, Canvas, Label};
use super::figure::Chart;
use super::geometry::Rect;
use super::png;
use super::surface::{Nowhere, Surface};
use super::svg::{self, SvgSurface};
use super::text::TextStyle;
use super::theme::{BORDER, CARD, QUIET};
use crate::format;

/// Lines with their style, one under the other.
struct Block {
    style: TextStyle,
    lines: Vec<String>,
    /// Room below it.
    after: f64,
}

impl Block {
    fn new(style: TextStyle, text: &str, width: f64, most: usize) -> Self {
        Self { style, lines: style.wrap(text, width, most), after: 2.0 }
    }

    fn height(&self) -> f64 {
        self.lines.len() as f64 * self.style.line_height()
            + if self.lines.is_empty() { 0.0 } else { self.after }
    }

    /// Draws it with its upper edge at `y`; returns its lower edge.
    fn draw(&self, canvas: &mut Canvas<'_>, x: f64, y: f64) -> f64 {
        for (index, line) in self.lines.iter().enumerate() {
            let baseline = y + index as f64 * self.style.line_height() + self.style.size;
            canvas.text((x, baseline.round()), line, &self.style, Align::Left);
        }
        y + self.height()
    }
}

/// A laid-out picture.
pub(super) struct Page<'a> {
    pub(super) width: f64,
    pub(super) height: f64,
    margin: f64,
    head: Vec<Block>,
    chart: Option<&'a dyn Chart>,
    body: f64,
    notes: Vec<Block>,
}

/// Between title and drawing, and between drawing and notes.
const GAP: f64 = 14.0;

impl<'a> Page<'a> {
    /// The page of a chart.
    pub(super) fn of(chart: &'a dyn Chart, width: f64) -> Self {
        let margin = if width < 600.0 { 16.0 } else { 24.0 };
        let inner = width - 2.0 * margin;
        let (title, small) = if width < 600.0 { (15.0, 11.5) } else { (17.0, 12.5) };
        let head = vec![
            Block::new(TextStyle::new(title).bold(), &format::sentence(&chart.title()), inner, 3),
            Block::new(TextStyle::new(small).colour(QUIET), &chart.subtitle(), inner, 3),
        ];
        let note = TextStyle::new(small - 0.5).colour(QUIET);
        let notes =
            chart.notes().iter().map(|text| Block::new(note, &format::sentence(text), inner, 4)).collect();
        let body = chart.height(inner).clamp(20.0, 4_000.0).round();
        Self::new(width, margin, head, Some(chart), body, notes)
    }

    /// A page of words alone: for saving a note as a picture.
    pub(super) fn words(lines: &[String], width: f64) -> Self {
        let margin = 24.0;
        let style = TextStyle::new(13.5);
        let lines = lines.iter().map(|line| Block::new(style, line, width - 2.0 * margin, 12)).collect();
        Self::new(width, margin, Vec::new(), None, 0.0, lines)
    }

    fn new(
        width: f64,
        margin: f64,
        head: Vec<Block>,
        chart: Option<&'a dyn Chart>,
        body: f64,
        notes: Vec<Block>,
    ) -> Self {
        let mut page = Self { width, height: 0.0, margin, head, chart, body, notes };
        let (top, bottom) = page.edges();
        let notes: f64 = page.notes.iter().map(Block::height).sum();
        let gap = if notes > 0.0 && page.body > 0.0 { GAP } else { 0.0 };
        page.height = (top + page.body + gap + notes + bottom).ceil();
        page
    }

    /// Where the drawing begins, and the margin below everything.
    fn edges(&self) -> (f64, f64) {
        let head: f64 = self.head.iter().map(Block::height).sum();
        let gap = if head > 0.0 { GAP } else { 0.0 };
        ((self.margin * 0.8 + head + gap).round(), self.margin * 0.8)
    }

    fn draw(&self, canvas: &mut Canvas<'_>) {
        let mut y = self.margin * 0.8;
        for block in &self.head {
            y = block.draw(canvas, self.margin, y);
        }
        let (top, _) = self.edges();
        if let Some(chart) = self.chart {
            chart.draw(canvas, Rect::new(self.margin, top, self.width - 2.0 * self.margin, self.body));
        }
        y = top + self.body + if self.body > 0.0 { GAP } else { 0.0 };
        for block in &self.notes {
            y = block.draw(canvas, self.margin, y);
        }
    }

    pub(super) fn svg(&self, alt: &str) -> String {
        let (mut body, mut pictures) = (String::new(), Vec::new());
        let size = (self.width, self.height);
        self.draw(&mut Canvas::over(SvgSurface::new(&mut body, &mut pictures, size)));
        svg::finish(&body, &pictures, size, alt)
    }

    pub(super) fn png(&self, scale: u32) -> Vec<u8> {
        let (width, height) = (self.width as u32 * scale, self.height as u32 * scale);
        let mut rgb = vec![255; 3 * width as usize * height as usize];
        let mut surface = BitmapSurface::new(&mut rgb, (width, height), f64::from(scale));
        surface.rect(Rect::new(0.0, 0.0, self.width, self.height), CARD.into());
        let mut canvas = Canvas::over(surface);
        canvas.outline(Rect::new(0.0, 0.0, self.width, self.height), 1.0, BORDER);
        self.draw(&mut canvas);
        drop(canvas);
        png::encode(width, height, &rgb)
    }

    pub(super) fn labels(&self) -> Vec<Label> {
        let mut canvas = Canvas::over(Nowhere);
        self.draw(&mut canvas);
        canvas.labels().to_vec()
    }
}
