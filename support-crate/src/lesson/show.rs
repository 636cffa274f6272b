//! How the small answers of a lesson reach a cell: one block of HTML, with the same words as plain text beside it.

use crate::chart::{Bundle, escape};

/// A line of context and a line that matters, with a coloured edge; `plain` says the same.
pub(crate) fn answer(colour: &str, context: &str, words: &str, plain: &str) {
    let html = format!(
        "<div style=\"border-left:5px solid {colour};padding:0.3em 0.8em\">{}<br><b>{}</b></div>",
        escape(context),
        escape(words)
    );
    Bundle::default().html(&html).text(plain).show();
}

/// Colours of an answer's edge: it agrees, it does not, it is open, it was only noted. Never the only sign.
pub(crate) const AGREES: &str = "#009e73";
pub(crate) const DIFFERS: &str = "#d55e00";
pub(crate) const OPEN: &str = "#8a8a8a";
pub(crate) const NOTED: &str = "#56b4e9";
