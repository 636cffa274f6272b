//! Takes the machine's own folders out of outputs: an executed notebook is shared, and a reader's home is nobody's business.

use crate::paths::{Cache, Checkout};
use anyhow::Result;
use serde_json::Value;

/// The folders that outputs must not mention.
pub struct Redaction {
    /// Where kernels build; below it, a number and `build/ctx/` come before what a reader knows as the cell's own files.
    kernels: String,
    /// The checkout.
    root: String,
}

impl Redaction {
    /// The folders of this checkout and this user.
    ///
    /// # Errors
    /// When there is no checkout or no cache folder.
    pub fn of_this_machine() -> Result<Self> {
        let kernels = format!("{}/", Cache::find()?.kernels().display());
        Ok(Self { kernels, root: format!("{}/", Checkout::find()?.root().display()) })
    }

    /// Shortens every text in `value` (pictures are left alone).
    pub fn apply(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.shorten(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.apply(value)),
            Value::Object(fields) => {
                let texts =
                    fields.iter_mut().filter(|(name, _)| !name.starts_with("image/") && *name != "text/html");
                texts.for_each(|(_, value)| self.apply(value));
            }
            _ => {}
        }
    }

    fn shorten(&self, text: &str) -> String {
        let mut parts = text.split(&self.kernels);
        let mut short = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            short += part.split_once("/build/ctx/").map_or(part, |(_, rest)| rest);
        }
        short.replace(&self.root, "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn folders_are_left_out_of_texts() {
        let redaction =
            Redaction { kernels: "/home/ada/.cache/lab/kernels/".into(), root: "/home/ada/course/".into() };
        let mut outputs = json!([
            { "text": "at /home/ada/.cache/lab/kernels/41/build/ctx/src/lib.rs:3\nin /home/ada/course/support-crate/src/x.rs" },
            { "data": { "image/png": "/home/ada/course/AAAA" } },
        ]);
        redaction.apply(&mut outputs);
        assert_eq!(outputs[0]["text"], "at src/lib.rs:3\nin support-crate/src/x.rs");
        assert_eq!(outputs[1]["data"]["image/png"], "/home/ada/course/AAAA");
    }
}
