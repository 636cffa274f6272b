//! Environment variables by which the lab's programs tell one another what they need.

/// Set for notebooks that are executed to be read: no word of how far a cell is.
pub const QUIET: &str = "CONCURRENCY_LAB_QUIET";
/// Which Python runs Jupyter.
pub const PYTHON: &str = "CONCURRENCY_LAB_PYTHON";
/// The real Cargo, for the shim inside a kernel.
pub const CARGO: &str = "CONCURRENCY_LAB_CARGO";
/// The kernel's build folder, the one that holds `ctx`.
pub const KERNEL_BUILD: &str = "CONCURRENCY_LAB_BUILD";
/// The build template that the kernel was started from.
pub const TEMPLATE: &str = "CONCURRENCY_LAB_TEMPLATE";
/// The folder for corrected copies of the kernel's sources; set only while the kernel is built.
pub const PATCHED: &str = "CONCURRENCY_LAB_PATCHED";
