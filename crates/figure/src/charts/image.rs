//! The image figure: pictures side by side, such as one before and after a filter.

use plotters::element::Rectangle;

use crate::caption::Caption;
use crate::chart::Chart;
use crate::draw::{Align, Area, Drawn, Piece, at, centred, named, pen, size, tick_style, units};
use crate::format;
use crate::pixels::Pixels;
use crate::table::Table;
use crate::text::TextStyle;
use crate::theme::BORDER;

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
        let shape = |pixels: &Pixels| f64::from(pixels.height) / f64::from(pixels.width);
        let h = self.pictures.iter().map(|(_, pixels)| w * shape(pixels)).fold(20.0, f64::max).min(480.0);
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

    fn is_photograph(&self) -> bool {
        true
    }

    fn height(&self, width: f64) -> f64 {
        let lines = self.pictures.len().max(1).div_ceil(self.across(width)) as f64;
        lines * (self.frame(width).1 + UNDER)
    }

    fn draw(&self, area: &Area<'_>) -> Drawn {
        if self.pictures.is_empty() {
            return centred(area, "nothing was measured", tick_style());
        }
        let (width, _) = size(area);
        let (across, (w, h)) = (self.across(width), self.frame(width));
        for (index, (name, pixels)) in self.pictures.iter().enumerate() {
            // Each picture has a plotters drawing area of its own.
            let left = units((index % across) as f64 * (w + GAP));
            let top = units((index / across) as f64 * (h + UNDER));
            let own = area.clone().shrink((left, top), (units(w) as u32, units(h + UNDER) as u32));
            let scale = (w / f64::from(pixels.width)).min(h / f64::from(pixels.height));
            let side = |pixels: u32| (f64::from(pixels) * scale).max(1.0).round();
            let corners = [at((0.0, 0.0)), at((side(pixels.width), side(pixels.height)))];
            own.draw(&Piece::picture(corners[0], corners[1], pixels))?;
            own.draw(&Rectangle::new(corners, pen(BORDER, 1.0)))?;
            let name = NAME.ellipsize(named(name), w);
            own.draw(&Piece::text(at((0.0, h + 16.0)), &name, NAME, Align::Left))?;
        }
        Ok(())
    }

    fn alt(&self) -> String {
        let told = |(name, pixels): &(String, Pixels)| {
            format!("{name} ({} x {} pixels)", pixels.width, pixels.height)
        };
        let names: Vec<String> = self.pictures.iter().map(told).collect();
        format!("{}. Pictures: {}.", self.caption.told(), names.join(", "))
    }

    fn table(&self) -> Table {
        let mut table = Table::default().words(["picture"]).numbers(["width", "height"]);
        for (name, pixels) in &self.pictures {
            let [width, height] = [pixels.width, pixels.height].map(|side| format::count(side.into()));
            table.push([name.clone(), width, height]);
        }
        table
    }
}
