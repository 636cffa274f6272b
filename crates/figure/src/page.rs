//! A whole picture: the card with title, subtitle, drawing and notes, laid out once and drawn on any backend.

use plotters::drawing::IntoDrawingArea;
use plotters::element::Rectangle;
use tiny_skia::Pixmap;

use crate::backend::{Backend, Beside, Raster, png, svg};
use crate::chart::Chart;
use crate::draw::{Align, Area, Drawn, Piece, at, pen, units};
use crate::format;
use crate::text::TextStyle;
use crate::theme::{BORDER, CARD, QUIET};

/// Lines with their style, one under the other.
struct Block {
    style: TextStyle,
    lines: Vec<String>,
}

/// Below a block.
const AFTER: f64 = 2.0;

impl Block {
    fn new(style: TextStyle, text: &str, width: f64, most: usize) -> Self {
        Self { style, lines: style.wrap(text, width, most) }
    }

    fn height(&self) -> f64 {
        let after = if self.lines.is_empty() { 0.0 } else { AFTER };
        self.lines.len() as f64 * self.style.line_height() + after
    }

    /// Draws it with its upper edge at `y`; returns its lower edge.
    fn draw(&self, area: &Area<'_>, x: f64, y: f64) -> Result<f64, crate::draw::DrawError> {
        for (index, line) in self.lines.iter().enumerate() {
            let baseline = y + index as f64 * self.style.line_height() + self.style.size;
            area.draw(&Piece::text(at((x, baseline.round())), line, self.style, Align::Left))?;
        }
        Ok(y + self.height())
    }
}

/// A laid-out picture.
pub struct Page<'a> {
    /// Width and height in pixels.
    pub size: (f64, f64),
    margin: f64,
    head: Vec<Block>,
    chart: &'a dyn Chart,
    /// Where the drawing begins, and its height.
    body: (f64, f64),
    notes: Vec<Block>,
}

/// Between title and drawing, and between drawing and notes.
const GAP: f64 = 14.0;
/// The margin above and below, as a share of that at the sides.
const UPRIGHT: f64 = 0.8;

impl<'a> Page<'a> {
    /// The page of a chart.
    pub fn of(chart: &'a dyn Chart, width: f64) -> Self {
        let margin = if width < 600.0 { 16.0 } else { 24.0 };
        let inner = width - 2.0 * margin;
        let (title, small) = if width < 600.0 { (15.0, 11.5) } else { (17.0, 12.5) };
        let caption = chart.caption();
        let head = vec![
            Block::new(TextStyle::new(title).bold(), &format::sentence(&caption.title), inner, 3),
            Block::new(TextStyle::new(small).colour(QUIET), &caption.subtitle, inner, 3),
        ];
        let note = TextStyle::new(small - 0.5).colour(QUIET);
        let notes = caption.notes.iter().map(|text| Block::new(note, &format::sentence(text), inner, 4));
        let notes: Vec<Block> = notes.collect();
        let high = |blocks: &[Block]| blocks.iter().map(Block::height).sum::<f64>();
        let gap = |height: f64| if height > 0.0 { height + GAP } else { 0.0 };
        let top = (margin * UPRIGHT + gap(high(&head))).round();
        let body = chart.height(inner).clamp(20.0, 4_000.0).round();
        let height = (top + body + gap(high(&notes)) + margin * UPRIGHT).ceil();
        Self { size: (width, height), margin, head, chart, body: (top, body), notes }
    }

    fn draw(&self, whole: &Area<'_>) -> Drawn {
        let (width, height) = self.size;
        let edge = [at((0.5, 0.5)), at((width - 0.5, height - 0.5))];
        whole.draw(&Rectangle::new(edge, pen(BORDER, 1.0)))?;
        let mut y = self.margin * UPRIGHT;
        for block in &self.head {
            y = block.draw(whole, self.margin, y)?;
        }
        let (top, body) = self.body;
        let rest = height - top - body;
        let inner = whole.margin(units(top), units(rest), units(self.margin), units(self.margin));
        self.chart.draw(&inner)?;
        y = top + body + GAP;
        for block in &self.notes {
            y = block.draw(whole, self.margin, y)?;
        }
        whole.present()
    }

    /// Draws into memory, where nothing can fail but a chart's own wrong use of plotters: a test would see it, and a reader
    /// gets what was drawn until then.
    fn drawn_on(&self, backend: Backend<'_>) {
        let whole = backend.into_drawing_area();
        let drawn = self.draw(&whole);
        debug_assert!(drawn.is_ok(), "{drawn:?}");
    }

    pub fn svg(&self, alt: &str) -> String {
        let (mut inner, mut beside) = (String::new(), Beside::default());
        self.drawn_on(Backend::svg(&mut inner, &mut beside, self.size));
        svg::framed(&inner, &beside, self.size, alt)
    }

    pub fn png(&self, scale: u32) -> Vec<u8> {
        let (width, height) = (self.size.0 as u32 * scale, self.size.1 as u32 * scale);
        let Some(mut dots) = Pixmap::new(width, height) else { return Vec::new() };
        dots.fill(tiny_skia::Color::from_rgba8(CARD.0, CARD.1, CARD.2, u8::MAX));
        self.drawn_on(Backend::dots(Raster::new(&mut dots, scale as f32), self.size));
        let rgb: Vec<u8> =
            dots.data().as_chunks::<4>().0.iter().flat_map(|rgba| &rgba[..3]).copied().collect();
        png::encode(width, height, &rgb)
    }
}
