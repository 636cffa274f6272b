//! The words around a picture.

/// Title, subtitle and notes of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// What was run: "40 downloads of 64 KiB, latency 25 ms".
    pub title: String,
    /// Machine and settings.
    pub subtitle: String,
    /// Remarks below the picture: warnings, how to read it.
    pub notes: Vec<String>,
}

impl Caption {
    /// A caption without notes.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: subtitle.into(), notes: Vec::new() }
    }

    /// The same with one more note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
