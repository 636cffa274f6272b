//! The one thing that can keep a recording from being started.

/// A recording was asked for while this thread, or this process's parent, already records.
///
/// ```
/// let outer = film::Session::start()?;
/// assert!(film::Session::start().err().unwrap().to_string().contains("one recording"));
/// # drop(outer);
/// # Ok::<(), film::AlreadyRecording>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a film inside a film: one recording can be under way at a time; take the inner `film` away")]
pub struct AlreadyRecording;
