//! Takes the machine's own folders out of outputs: an executed notebook is shared, and a reader's home is nobody's business.

use crate::paths::{Cache, Checkout};
use serde_json::Value;
use std::path::PathBuf;

/// Folders that outputs may mention, each with what to say instead.
pub struct Places {
    /// Where kernels build; below it, a number and `build/ctx/` come before what a reader knows as the cell's own files.
    kernels: Option<PathBuf>,
    /// The checkout.
    root: Option<PathBuf>,
}

impl Places {
    /// The folders of this checkout and this user.
    pub fn of_this_machine() -> Self {
        let kernels = Cache::find().ok().map(|cache| cache.kernels());
        Self { kernels, root: Checkout::find().ok().map(|checkout| checkout.root().to_path_buf()) }
    }

    /// Shortens every text in `value` (pictures are left alone).
    pub fn leave_out(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.shorten(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.leave_out(value)),
            Value::Object(fields) => {
                let texts =
                    fields.iter_mut().filter(|(name, _)| !name.starts_with("image/") && *name != "text/html");
                texts.for_each(|(_, value)| self.leave_out(value));
            }
            _ => {}
        }
    }

    fn shorten(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some(kernels) = &self.kernels {
            let start = format!("{}/", kernels.display());
            while let Some(at) = text.find(&start) {
                let rest = &text[at + start.len()..];
                let inside = rest
                    .split_once("/build/ctx/")
                    .filter(|(number, _)| number.chars().all(|c| c.is_ascii_digit()));
                let end = text.len() - inside.map_or(rest.len(), |(_, rest)| rest.len());
                text.replace_range(at..end, "");
            }
        }
        match &self.root {
            Some(root) => text.replace(&format!("{}/", root.display()), ""),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn folders_are_left_out_of_texts() {
        let places = Places {
            kernels: Some("/home/ada/.cache/lab/kernels".into()),
            root: Some("/home/ada/course".into()),
        };
        let mut outputs = json!([
            { "text": "at /home/ada/.cache/lab/kernels/41/build/ctx/src/lib.rs:3\nin /home/ada/course/support-crate/src/x.rs" },
            { "data": { "image/png": "/home/ada/course/AAAA" } },
        ]);
        places.leave_out(&mut outputs);
        assert_eq!(outputs[0]["text"], "at src/lib.rs:3\nin support-crate/src/x.rs");
        assert_eq!(outputs[1]["data"]["image/png"], "/home/ada/course/AAAA");
    }
}
