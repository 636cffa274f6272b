//! How a model looks in every figure: the one place that knows its colour, marker and letter.

use figure::theme::Colour;
use figure::{Look, Marker};

use super::kind::Model;

impl Model {
    /// Colour and marker; the number of workers does not matter.
    pub fn look(self) -> Look {
        let (colour, marker) = match self {
            Self::Sequential => (Colour(89, 89, 89), Marker::Circle),
            Self::Async => (Colour(230, 159, 0), Marker::Diamond),
            Self::AsyncOn(_) => (Colour(213, 94, 0), Marker::Star),
            Self::Threads(_) => (Colour(0, 114, 178), Marker::Square),
            Self::Pool(_) => (Colour(86, 180, 233), Marker::Up),
            Self::Processes(_) => (Colour(0, 158, 115), Marker::Down),
            Self::Spawned(_) => (Colour(204, 121, 167), Marker::Plus),
        };
        Look { colour, marker }
    }

    /// One or two letters for it, where a name does not fit.
    pub fn letter(self) -> &'static str {
        self.kind().letters
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
    fn every_kind_differs_in_colour_marker_and_letter() {
        for (index, a) in KINDS.into_iter().enumerate() {
            for b in KINDS.into_iter().skip(index + 1) {
                assert_ne!(a.look().colour, b.look().colour);
                assert_ne!(a.look().marker, b.look().marker);
                assert_ne!(a.letter(), b.letter());
            }
        }
    }

    #[test]
    fn the_number_of_workers_changes_nothing() {
        assert_eq!(Model::Threads(1).look(), Model::Threads(64).look());
    }

    #[test]
    fn every_colour_stands_out_from_the_card_and_can_be_read_as_text() {
        use figure::theme::{CARD, contrast};
        for model in KINDS {
            assert!(contrast(model.look().colour, CARD) >= 2.0, "{model}");
            assert!(contrast(model.look().colour.text(), CARD) >= 4.5, "{model}");
        }
    }
}
