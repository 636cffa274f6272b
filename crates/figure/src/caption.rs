//! The words around a picture.

use crate::format;

/// Title, subtitle and notes of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caption {
    /// The finding: "Fastest: async, 12 times as fast as sequential".
    pub title: String,
    /// What was run, the machine and the settings: "40 downloads of 64 KiB · 4 cores · 9 rounds".
    pub subtitle: String,
    /// Remarks below the picture: warnings, how to read it.
    pub notes: Vec<String>,
}

impl Caption {
    /// A caption without notes.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: subtitle.into(), notes: Vec::new() }
    }

    /// How a description begins: the finding, and what was run.
    pub(crate) fn told(&self) -> String {
        let what = self.subtitle.split(" · ").next().unwrap_or_default();
        [self.title.as_str(), what].map(|text| format::sentence(text.trim_end_matches('.'))).join(". ")
    }

    /// The same with one more note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
