//! The one look of all figures: colours, shapes and sizes.
//!
//! The model colours are those of Okabe and Ito (2008), chosen to stay apart for every kind of colour vision. A
//! second sign always goes with them: a marker's shape, a hatch or a letter.

use crate::model::Model;

/// An opaque colour, red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// A darker shade that can be read as text on the card (a contrast of at least 4.5 to 1).
    pub fn text(self) -> Self {
        let mut colour = self;
        while contrast(colour, CARD) < 4.5 {
            colour = colour.mix(INK, 0.08);
        }
        colour
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

/// The colour of a model, the same in every figure; the number of workers does not matter.
pub fn colour(model: Model) -> Colour {
    match model {
        Model::Sequential => Colour(89, 89, 89),
        Model::Async => Colour(230, 159, 0),
        Model::AsyncOn(_) => Colour(213, 94, 0),
        Model::Threads(_) => Colour(0, 114, 178),
        Model::Pool(_) => Colour(86, 180, 233),
        Model::Processes(_) => Colour(0, 158, 115),
        Model::Spawned(_) => Colour(204, 121, 167),
    }
}

/// Colours for things that are not models (tasks, threads, cores), by their place in a list.
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

/// The shape that marks a model's points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// A square on its corner.
    Diamond,
    /// A five-cornered star.
    Star,
    /// An upright square.
    Square,
    /// A triangle pointing up.
    Up,
    /// A triangle pointing down.
    Down,
    /// An upright cross.
    Plus,
}

/// The marker of a model.
pub fn marker(model: Model) -> Marker {
    match model {
        Model::Sequential => Marker::Circle,
        Model::Async => Marker::Diamond,
        Model::AsyncOn(_) => Marker::Star,
        Model::Threads(_) => Marker::Square,
        Model::Pool(_) => Marker::Up,
        Model::Processes(_) => Marker::Down,
        Model::Spawned(_) => Marker::Plus,
    }
}

/// Lines drawn over an area so that it is told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hatch {
    /// None: a plain area.
    Plain,
    /// Rising to the right.
    Rising,
    /// Falling to the right.
    Falling,
    /// Level.
    Level,
    /// Upright.
    Upright,
    /// Rising and falling.
    Cross,
    /// Level and upright.
    Grid,
}

/// The hatch of a model's areas.
pub fn hatch(model: Model) -> Hatch {
    match model {
        Model::Sequential => Hatch::Plain,
        Model::Async => Hatch::Rising,
        Model::AsyncOn(_) => Hatch::Cross,
        Model::Threads(_) => Hatch::Level,
        Model::Pool(_) => Hatch::Upright,
        Model::Processes(_) => Hatch::Falling,
        Model::Spawned(_) => Hatch::Grid,
    }
}

/// One or two letters for a model, where a name does not fit.
pub fn letter(model: Model) -> &'static str {
    match model {
        Model::Sequential => "S",
        Model::Async => "A",
        Model::AsyncOn(_) => "An",
        Model::Threads(_) => "T",
        Model::Pool(_) => "Po",
        Model::Processes(_) => "Pr",
        Model::Spawned(_) => "Sp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [Model; 7] = [
        Model::Sequential,
        Model::Async,
        Model::AsyncOn(2),
        Model::Threads(2),
        Model::Pool(2),
        Model::Processes(2),
        Model::Spawned(2),
    ];

    #[test]
    fn every_kind_differs_in_colour_marker_hatch_and_letter() {
        for (index, a) in KINDS.into_iter().enumerate() {
            for b in KINDS.into_iter().skip(index + 1) {
                assert_ne!(colour(a), colour(b));
                assert_ne!(marker(a), marker(b));
                assert_ne!(hatch(a), hatch(b));
                assert_ne!(letter(a), letter(b));
            }
        }
    }

    #[test]
    fn the_number_of_workers_changes_nothing() {
        assert_eq!(colour(Model::Threads(1)), colour(Model::Threads(64)));
    }

    #[test]
    fn text_can_be_read_on_the_card() {
        for text in [INK, QUIET, ALERT].into_iter().chain(KINDS.map(|model| colour(model).text())) {
            assert!(contrast(text, CARD) >= 4.5, "{text:?}");
        }
    }

    #[test]
    fn bars_stand_out_from_the_card() {
        assert!(KINDS.iter().all(|model| contrast(colour(*model), CARD) >= 2.0));
    }
}
