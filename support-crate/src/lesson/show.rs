//! How the small answers of a lesson reach a cell: one block of HTML, with the same words as plain text beside it.

use crate::chart::{MimeBundle, escape};
use crate::format;

/// A line of context and a line that matters, with a coloured edge; `plain` says the same.
pub(crate) fn answer(colour: &str, context: &str, words: &str, plain: &str) {
    let html = format!(
        "<div style=\"border-left:5px solid {colour};padding:0.3em 0.8em\">{}<br><b>{}</b></div>",
        escape(context),
        marked(&full(words))
    );
    MimeBundle(vec![("text/html", html), ("text/plain", plain.to_owned())]).show();
}

/// A whole sentence: a capital letter first, a full stop last.
fn full(words: &str) -> String {
    let end = if words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format::sentence(words) + end
}

/// As HTML, with code between backticks set as code.
fn marked(words: &str) -> String {
    let escaped = escape(words);
    let parts: Vec<&str> = escaped.split('`').collect();
    // An odd backtick out is no mark.
    if parts.len().is_multiple_of(2) {
        return escaped;
    }
    let set = |(at, part): (usize, &&str)| match at % 2 {
        0 => (*part).to_owned(),
        _ => format!("<code>{part}</code>"),
    };
    parts.iter().enumerate().map(set).collect()
}

/// Colours of an answer's edge: it agrees, it does not, it is open, it was only noted. Never the only sign.
pub(crate) const AGREES: &str = "#009e73";
pub(crate) const DIFFERS: &str = "#d55e00";
pub(crate) const OPEN: &str = "#8a8a8a";
pub(crate) const NOTED: &str = "#56b4e9";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_whole_sentence_with_its_code_set_as_code() {
        assert_eq!(full("put your code where `f` says todo!()"), "Put your code where `f` says todo!().");
        assert_eq!(full("You said 3."), "You said 3.");
        assert_eq!(marked("`a<b` and c"), "<code>a&lt;b</code> and c");
        assert_eq!(marked("one ` alone"), "one ` alone");
    }
}
