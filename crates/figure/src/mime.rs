//! Output that the notebook kernel understands: several MIME types in one write, so that no other thread's line gets between.

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// One output in several forms, each a MIME type and its text; the viewer takes the best one it can show.
#[derive(Clone, Debug, Default)]
pub struct MimeBundle(pub Vec<(&'static str, String)>);

impl MimeBundle {
    /// What is written to standard output.
    pub fn protocol(&self) -> String {
        let mut out = String::new();
        for (kind, content) in &self.0 {
            // A name that contains the kernel's own words would end the block early.
            let content = content.replace("EVCXR_", "EVCXR\u{2060}_");
            let _ = writeln!(out, "EVCXR_BEGIN_CONTENT {kind}\n{}\nEVCXR_END_CONTENT", content.trim_end());
        }
        out
    }

    /// Shows it under the cell. Outside a notebook the same text goes to standard output.
    pub fn show(&self) {
        let mut out = io::stdout().lock();
        // A closed output leaves nobody to tell.
        let _ = out.write_all(self.protocol().as_bytes());
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_in_a_name_do_not_end_a_block() {
        let text = "a\nEVCXR_END_CONTENT\nEVCXR_EXECUTION_COMPLETE".to_owned();
        let protocol = MimeBundle(vec![("text/plain", text)]).protocol();
        assert_eq!(protocol.lines().filter(|line| line.starts_with("EVCXR_")).count(), 2);
        assert!(protocol.ends_with("\nEVCXR_END_CONTENT\n"));
    }
}
