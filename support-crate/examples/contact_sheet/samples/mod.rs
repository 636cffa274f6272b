//! The figures of this crate: of fixed data, and of what was measured or recorded here.

mod hard;
mod slices;
mod timeline;

use figure::Figure;

/// Every figure by name.
pub fn all() -> Vec<(String, Figure)> {
    [slices::of_fixed_data(), slices::measured(), timeline::all()].concat()
}
