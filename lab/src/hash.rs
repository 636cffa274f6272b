//! Names for states: a short hash of everything that a prepared thing depends on.

use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasher, BuildHasherDefault, Hash};

/// The hash of one value. Equal values hash alike in every run of the same binary.
pub fn of(value: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}
