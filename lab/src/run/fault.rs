//! What makes a cell count as failed, and the words that tell of it.

use super::notebook::text;
use console::strip_ansi_codes;
use serde_json::Value;
use std::fmt;

/// A cell that failed.
#[derive(Debug)]
pub struct Fault {
    /// Position among the notebook's cells, from 1.
    pub number: usize,
    /// What the cell holds.
    pub source: String,
    /// What went wrong.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cell {} failed", self.number)?;
        for line in self.source.lines() {
            writeln!(f, "    | {line}")?;
        }
        write!(f, "{}", self.message.trim_end())
    }
}

/// What is wrong with an executed cell, if anything is; `end` is what became of a kernel that died or was too slow. A cell tagged
/// `raises-exception` is meant to fail.
pub fn of(cell: &Value, end: Option<&str>) -> Option<String> {
    let outputs = cell["outputs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let written = outputs.iter().filter(|output| output["name"] == "stderr");
    let errors: String = written.map(|output| text(&output["text"])).collect();
    if let Some(end) = end {
        return Some([panic(&errors), end].join("\n").trim().to_owned());
    }
    if is_meant_to_fail(cell) {
        return None;
    }
    if let Some(error) = outputs.iter().find(|output| output["output_type"] == "error") {
        let plain = |field: &str| strip_ansi_codes(&text(&error[field])).into_owned();
        let (value, traceback) = (plain("evalue"), plain("traceback"));
        let more = if traceback.contains(value.trim()) { "" } else { &traceback };
        return Some([panic(&errors), &value, more].join("\n"));
    }
    let raw = cell["outputs"].to_string().contains("EVCXR_");
    raw.then(|| "the output holds raw EVCXR_ text: two threads wrote at once".to_owned())
}

/// What a panic says of itself, without the frames of the kernel that called the cell.
fn panic(errors: &str) -> &str {
    let ends = ["stack backtrace:", "note: run with `RUST_BACKTRACE"];
    let end = ends.iter().filter_map(|end| errors.find(end)).min().unwrap_or(errors.len());
    errors[..end].trim_end()
}

fn is_meant_to_fail(cell: &Value) -> bool {
    cell["metadata"]["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == "raises-exception"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cell(source: &str, outputs: Value, tags: Value) -> Value {
        json!({ "cell_type": "code", "source": source, "outputs": outputs, "metadata": { "tags": tags } })
    }

    fn fault(cell: Value) -> Option<String> {
        of(&cell, None)
    }

    fn stream(name: &str, text: &str) -> Value {
        json!([{ "output_type": "stream", "name": name, "text": [text] }])
    }

    #[test]
    fn a_good_cell_has_no_fault() {
        assert!(fault(cell("1", stream("stdout", "fine\n"), json!([]))).is_none());
        assert!(fault(cell("1", stream("stderr", "a note\n"), json!([]))).is_none());
    }

    #[test]
    fn a_panic_is_told_without_the_frames_of_the_kernel() {
        let told = "thread 'main' panicked at src/lib.rs:1:1:\nboom\nstack backtrace:\n   0: std\n";
        let error =
            json!({ "output_type": "error", "ename": "Error", "evalue": "ended early", "traceback": [] });
        let outputs = json!([{ "output_type": "stream", "name": "stderr", "text": [told] }, error]);
        let said = fault(cell("panic!()", outputs.clone(), json!([]))).unwrap();
        assert!(said.contains("boom\nended early"), "{said}");
        assert!(fault(cell("panic!()", outputs, json!(["raises-exception"]))).is_none());
    }

    #[test]
    fn a_compile_error_is_a_fault() {
        let error = json!([{ "output_type": "error", "ename": "Error", "evalue": "mismatched types", "traceback": ["\u{1b}[31mmismatched types\u{1b}[0m"] }]);
        assert_eq!(fault(cell("1 + \"\"", error, json!([]))).unwrap().trim(), "mismatched types");
    }

    #[test]
    fn raw_kernel_text_is_a_fault() {
        assert!(fault(cell("x", stream("stdout", "EVCXR_BEGIN_CONTENT\n"), json!([]))).is_some());
    }
}
