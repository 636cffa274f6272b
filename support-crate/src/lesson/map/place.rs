//! One place of the map, and how places are drawn.

use serde::{Deserialize, Serialize};

use crate::chart::{self, MapKind};
use crate::model::Model;

/// What was found at one place of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapCell {
    /// Column, from 0 on the left.
    pub column: usize,
    /// Row, from 0 at the bottom.
    pub row: usize,
    /// The model with the shortest median time.
    pub winner: Model,
    /// The next one.
    pub runner_up: Option<Model>,
    /// How many times as fast the winner was as sequential.
    pub speedup: f64,
    /// The difference of the two is inside what runs of the same thing differ by.
    pub close: bool,
}

/// The models that appear, in the order of their first place and one entry a kind, and the places that name them.
pub(super) fn drawn(cells: &[MapCell]) -> (Vec<MapKind>, Vec<chart::MapCell>) {
    let mut kinds: Vec<MapKind> = Vec::new();
    let mut kind = |model: Model| {
        let known = kinds.iter().position(|kind| kind.letter == model.kind().letters);
        known.unwrap_or_else(|| {
            let (name, letter) = (model.to_string(), model.kind().letters.to_owned());
            kinds.push(MapKind { name, letter, colour: model.look().colour });
            kinds.len() - 1
        })
    };
    let place = |cell: &MapCell| chart::MapCell {
        column: cell.column,
        row: cell.row,
        winner: kind(cell.winner),
        runner_up: cell.runner_up.filter(|_| cell.close).map(&mut kind),
        speedup: cell.speedup,
        close: cell.close,
    };
    let places = cells.iter().map(place).collect();
    (kinds, places)
}
