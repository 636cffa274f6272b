//! The colours of all figures.
//!
//! The palette is that of Okabe and Ito (2008), chosen to stay apart for every kind of colour vision. A second sign
//! always goes with a colour: a marker's shape, a hatch or a letter.

use plotters::style::{Color, RGBAColor};
use plotters_backend::BackendColor;

/// An opaque colour, red, green and blue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// This colour with `share` of another mixed in.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let one = |a: u8, b: u8| (f64::from(a) * (1.0 - share) + f64::from(b) * share).round() as u8;
        Self(one(self.0, other.0), one(self.1, other.1), one(self.2, other.2))
    }

    /// What this colour looks like at the given opacity on the card. Opaque results keep PNGs small and SVGs simple.
    pub fn tint(self, opacity: f64) -> Self {
        CARD.mix(self, opacity)
    }

    /// This colour, letting the ground show through: 0 is invisible, 1 hides what is below.
    pub fn opacity(self, opacity: f64) -> RGBAColor {
        RGBAColor(self.0, self.1, self.2, opacity.clamp(0.0, 1.0))
    }

    /// A darker shade that can be read as text on the card (a contrast of at least 4.5 to 1).
    pub fn text(self) -> Self {
        let mut colour = self;
        while contrast(colour, CARD) < 4.5 {
            colour = colour.mix(INK, 0.08);
        }
        colour
    }
}

impl Color for Colour {
    fn to_backend_color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: (self.0, self.1, self.2) }
    }
}

/// Contrast of two colours as WCAG 2 defines it, 1 to 21.
pub fn contrast(a: Colour, b: Colour) -> f64 {
    let luminance = |c: Colour| {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(c.0) + 0.7152 * linear(c.1) + 0.0722 * linear(c.2)
    };
    let (low, high) = (luminance(a).min(luminance(b)), luminance(a).max(luminance(b)));
    (high + 0.05) / (low + 0.05)
}

/// What every picture stands on: its own light ground, so that it reads the same in a dark theme.
pub const CARD: Colour = Colour(255, 255, 255);
/// The card's hairline border.
pub const BORDER: Colour = Colour(221, 221, 217);
/// Titles and values.
pub const INK: Colour = Colour(31, 35, 40);
/// Subtitles, axis labels, notes.
pub const QUIET: Colour = Colour(92, 98, 106);
/// Axis lines.
pub const AXIS: Colour = Colour(150, 155, 161);
/// Grid lines.
pub const GRID: Colour = Colour(233, 234, 236);
/// The band of "no clear winner", and other grounds of areas.
pub const BAND: Colour = Colour(240, 238, 230);
/// Failures, missed beats, limits.
pub const ALERT: Colour = Colour(178, 34, 52);

/// Eight colours that stay apart, by their place in a list.
pub fn nth_colour(index: usize) -> Colour {
    const COLOURS: [Colour; 8] = [
        Colour(0, 114, 178),
        Colour(230, 159, 0),
        Colour(0, 158, 115),
        Colour(204, 121, 167),
        Colour(86, 180, 233),
        Colour(213, 94, 0),
        Colour(89, 89, 89),
        Colour(148, 132, 0),
    ];
    COLOURS[index % COLOURS.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_the_card() {
        for text in [INK, QUIET, ALERT].into_iter().chain((0..8).map(|index| nth_colour(index).text())) {
            assert!(contrast(text, CARD) >= 4.5, "{text:?}");
        }
    }

    #[test]
    fn bars_stand_out_from_the_card() {
        assert!((0..8).all(|index| contrast(nth_colour(index), CARD) >= 2.0));
    }
}
