//! Names and looks as a program that compares execution models would give them.

use std::fmt;

use figure::theme::Colour;
use figure::{Look, MapKind, Marker};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Model {
    Sequential,
    Async,
    AsyncOn(usize),
    Threads(usize),
    Pool(usize),
    Processes(usize),
    Spawned(usize),
}

use Model::*;

impl Model {
    pub fn workers(self) -> usize {
        match self {
            Sequential | Async => 1,
            AsyncOn(n) | Threads(n) | Pool(n) | Processes(n) | Spawned(n) => n,
        }
    }

    /// Its place among all kinds.
    pub fn kind(self) -> usize {
        match self {
            Sequential => 0,
            Async => 1,
            AsyncOn(_) => 2,
            Threads(_) => 3,
            Pool(_) => 4,
            Processes(_) => 5,
            Spawned(_) => 6,
        }
    }

    pub fn look(self) -> Look {
        let looks = [
            (Colour(89, 89, 89), Marker::Circle),
            (Colour(230, 159, 0), Marker::Diamond),
            (Colour(156, 105, 0), Marker::Star),
            (Colour(0, 114, 178), Marker::Square),
            (Colour(86, 180, 233), Marker::Up),
            (Colour(0, 158, 115), Marker::Down),
            (Colour(0, 100, 73), Marker::Plus),
        ];
        let (colour, marker) = looks[self.kind()];
        Look { colour, marker }
    }

    pub fn on_map(self) -> MapKind {
        let letter = ["S", "A", "An", "T", "Po", "Pr", "Sp"][self.kind()].into();
        MapKind { name: self.to_string(), letter, colour: self.look().colour }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sequential => out.write_str("sequential"),
            Async => out.write_str("async"),
            AsyncOn(n) => write!(out, "async on {n}"),
            Threads(n) => write!(out, "threads ({n})"),
            Pool(n) => write!(out, "pool ({n})"),
            Processes(n) => write!(out, "processes ({n})"),
            Spawned(n) => write!(out, "spawned processes ({n})"),
        }
    }
}
