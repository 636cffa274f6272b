//! Environment variables by which one part of the lab tells another something.

/// Set for runs whose result is judged: a cell that panics then fails instead of keeping the reader's variables.
pub const STRICT: &str = "CONCURRENCY_LAB_STRICT";
/// Tells the launcher which Python runs Jupyter.
pub const PYTHON: &str = "CONCURRENCY_LAB_PYTHON";
