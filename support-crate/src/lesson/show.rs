//! How the small answers of a lesson reach a cell: one block of HTML, with the same words as plain text beside it.

use std::io::Write;

/// Prints one bundle in one locked write, so that no other thread's line can end up inside it.
pub(crate) fn bundle(html: &str, plain: &str) {
    let mut block = String::new();
    for (mime, content) in [("text/html", html), ("text/plain", plain)] {
        block.push_str(&format!("EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n"));
    }
    let mut out = std::io::stdout().lock();
    // A notebook whose output is gone has nobody left to tell.
    let _ = out.write_all(block.as_bytes()).and_then(|()| out.flush());
}

/// Text made safe inside HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_sentence_stays_text() {
        assert_eq!(escape("<b>&\"x\""), "&lt;b&gt;&amp;&quot;x&quot;");
    }
}
