//! What set-up hands to whoever starts Python or a kernel.

use std::path::PathBuf;

/// Everything that a notebook needs, in place.
pub struct Ready {
    /// Python with the Jupyter packages.
    pub python: PathBuf,
    /// The kernel binary.
    pub kernel: PathBuf,
}
