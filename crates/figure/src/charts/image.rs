//! The image figure: pictures side by side, such as one before and after a filter.

use super::canvas::{Align, Canvas};
use super::caption::Caption;
use super::figure::Chart;
use super::geometry::Rect;
use super::labels::named;
use super::lines::nothing;
use super::pixels::Pixels;
use super::table::{Cell, Column, Table};
use super::text::TextStyle;
use super::theme::BORDER;
use crate::format;

/// What an image figure is drawn from.
#[derive(Clone, Debug)]
pub struct ImageSeries {
    /// The words around the pictures.
    pub caption: Caption,
    /// Name and pixels of each, left to right.
    pub pictures: Vec<(String, Pixels)>,
}

impl ImageSeries {
    /// A picture before and after a filter.
    pub fn before_after(caption: Caption, before: Pixels, after: Pixels) -> Self {
        Self { caption, pictures: vec![("before".into(), before), ("after".into(), after)] }
    }

    /// How many stand beside one another at a width.
    fn across(&self, width: f64) -> usize {
        let most = if width < 420.0 { 1 } else { (width / 200.0) as usize };
        self.pictures.len().clamp(1, most.max(1))
    }

    /// Room for one picture, without its name.
    fn frame(&self, width: f64) -> (f64, f64) {
        let across = self.across(width) as f64;
        let w = (width - GAP * (across - 1.0)) / across;
        let tallest =
            self.pictures.iter().map(|(_, pixels)| f64::from(pixels.height()) / f64::from(pixels.width()));
        let h = tallest.map(|shape| w * shape).fold(20.0, f64::max).min(480.0);
        (w, h.round())
    }
}

const GAP: f64 = 16.0;
const NAME: TextStyle = TextStyle::new(12.5).bold();
const UNDER: f64 = 24.0;

impl Chart for ImageSeries {
    fn caption(&self) -> Caption {
        self.caption.clone()
    }

    fn height(&self, width: f64) -> f64 {
        let lines = self.pictures.len().max(1).div_ceil(self.across(width)) as f64;
        lines * (self.frame(width).1 + UNDER)
    }

    fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.pictures.is_empty() {
            return nothing(canvas, area);
        }
        let (across, (w, h)) = (self.across(area.w), self.frame(area.w));
        for (index, (name, pixels)) in self.pictures.iter().enumerate() {
            let left = area.x + (index % across) as f64 * (w + GAP);
            let top = area.y + (index / across) as f64 * (h + UNDER);
            let scale = (w / f64::from(pixels.width())).min(h / f64::from(pixels.height()));
            let size = (f64::from(pixels.width()) * scale, f64::from(pixels.height()) * scale);
            let place = Rect::new(left, top, size.0.max(1.0).round(), size.1.max(1.0).round());
            canvas.picture(place, pixels);
            canvas.outline(place, 1.0, BORDER);
            canvas.text((left, top + h + 16.0), &NAME.ellipsize(named(name), w), &NAME, Align::Left);
        }
    }

    fn alt(&self) -> String {
        let names: Vec<String> = self
            .pictures
            .iter()
            .map(|(name, pixels)| format!("{name} ({} x {} pixels)", pixels.width(), pixels.height()))
            .collect();
        format!("{}. Pictures: {}.", self.caption.title, names.join(", "))
    }

    fn table(&self) -> Table {
        let columns = ["width", "height"].map(|name| Column::number(name, "pixels"));
        let means = ["mean red", "mean green", "mean blue"].map(|name| Column::number(name, ""));
        let mut table = Table::new([Column::text("picture")].into_iter().chain(columns).chain(means));
        for (name, pixels) in &self.pictures {
            let size = [pixels.width(), pixels.height()];
            let size = size.map(|side| Cell::number(f64::from(side), format::count(u64::from(side))));
            let mean = (0..3).map(|channel| {
                let bytes = pixels.rgb().iter().skip(channel).step_by(3);
                let mean = bytes.map(|byte| f64::from(*byte)).sum::<f64>() / (pixels.rgb().len() / 3) as f64;
                Cell::number(mean, format::fixed(mean, 1))
            });
            table.push([Cell::text(name)].into_iter().chain(size).chain(mean));
        }
        table
    }
}
