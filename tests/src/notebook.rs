//! The notebooks as files: found by glob, read as JSON, with what the tests ask of them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A notebook that was read from its file.
pub struct Notebook {
    /// Where it lies.
    pub path: PathBuf,
    /// All of it.
    pub json: Value,
    /// Its cells, in order.
    pub cells: Vec<Cell>,
}

/// One cell of a notebook.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// True for a code cell, false for Markdown.
    pub is_code: bool,
    /// Its text.
    pub source: String,
    /// Its id, which stays the same when the notebook is executed again.
    pub id: String,
    /// Its tags, `raises-exception` among them.
    pub tags: Vec<String>,
    /// The number in the brackets before an executed code cell.
    pub execution_count: Option<u64>,
    /// What it showed.
    pub outputs: Vec<Output>,
}

/// One output of a code cell.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// `stream`, `execute_result`, `display_data` or `error`.
    pub kind: String,
    /// What was printed, or the error's name, message and traceback.
    pub text: String,
    /// A shown value, by MIME type.
    pub data: Vec<(String, String)>,
    /// What a picture shows, in words.
    pub alt: String,
}

/// The workspace's root.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this package lies in the workspace")
}

/// The folder of the course's notebooks.
pub fn folder() -> PathBuf {
    workspace().join("notebooks")
}

/// Every notebook of the course, in reading order. Fails the test if there is none.
pub fn all() -> Vec<Notebook> {
    let entries = fs::read_dir(folder()).expect("read the folder of notebooks");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("read the folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "ipynb"));
    paths.sort();
    assert!(!paths.is_empty(), "no notebook in {}", folder().display());
    paths.iter().map(|path| Notebook::read(path)).collect()
}

impl Notebook {
    /// Reads the notebook at `path`.
    pub fn read(path: &Path) -> Notebook {
        let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let json: Value =
            serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let cells = json["cells"].as_array().expect("a notebook has cells").iter().map(Cell::read).collect();
        Notebook { path: path.to_owned(), json, cells }
    }

    /// File name without its ending, as `00-start-here`.
    pub fn name(&self) -> &str {
        self.path.file_stem().and_then(|name| name.to_str()).expect("a notebook's name is text")
    }

    /// Its code cells, in order.
    pub fn code(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| cell.is_code)
    }

    /// Its Markdown cells, in order.
    pub fn prose(&self) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(|cell| !cell.is_code)
    }

    /// What its outputs were made from: a hash of the code that `cargo lab refresh` also computes.
    pub fn source_hash(&self) -> String {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64; // FNV-1a, 64 bit
        for byte in self.code().flat_map(|cell| cell.source.bytes().chain([0])) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        format!("fnv1a64:{hash:016x}")
    }
}

impl Cell {
    fn read(json: &Value) -> Cell {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        Cell {
            is_code: json["cell_type"] == "code",
            source: text(&json["source"]),
            id: text(&json["id"]),
            tags: list(&json["metadata"]["tags"]).iter().map(text).collect(),
            execution_count: json["execution_count"].as_u64(),
            outputs: list(&json["outputs"]).iter().map(Output::read).collect(),
        }
    }

    /// True if the cell is meant to fail: its error is the lesson.
    pub fn may_fail(&self) -> bool {
        self.tags.iter().any(|tag| tag == "raises-exception")
    }

    /// Lines that are not blank.
    pub fn lines(&self) -> usize {
        self.source.lines().filter(|line| !line.trim().is_empty()).count()
    }
}

impl Output {
    fn read(json: &Value) -> Output {
        let parts = [&json["text"], &json["ename"], &json["evalue"], &json["traceback"]];
        let data = json["data"].as_object().into_iter().flatten();
        Output {
            kind: text(&json["output_type"]),
            text: parts.map(text).join("\n").trim().to_owned(),
            data: data.map(|(mime, value)| (mime.clone(), text(value))).collect(),
            alt: text(&json["metadata"]["image/png"]["alt"]),
        }
    }

    /// The shown value as `mime`.
    pub fn get(&self, mime: &str) -> Option<&str> {
        self.data.iter().find(|(name, _)| name == mime).map(|(_, value)| value.as_str())
    }

    /// Everything of it that is text and no picture.
    pub fn readable(&self) -> String {
        let shown = self.data.iter().filter(|(mime, _)| mime.starts_with("text/"));
        let shown = shown.map(|(_, value)| without_base64(value));
        [self.text.clone()].into_iter().chain(shown).collect::<Vec<_>>().join("\n")
    }
}

/// Cuts embedded pictures out: their letters say nothing.
fn without_base64(html: &str) -> String {
    let mut parts = html.split("base64,");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c)));
    }
    kept
}

/// A notebook keeps text as one string or as a list of lines.
fn text(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().map(text).collect(),
        Value::String(text) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_output_is_read_without_its_pictures() {
        let html = r#"<img alt="Bars" src="data:image/svg+xml;base64,UjI9/work/+=">after"#;
        let output = Output::read(&json!({"output_type": "display_data", "data": {"text/html": [html]}}));
        assert_eq!(output.readable().trim(), r#"<img alt="Bars" src="data:image/svg+xml;">after"#);
    }

    #[test]
    fn the_hash_is_of_the_code_alone() {
        let cell = |is_code, source: &str| Cell { is_code, source: source.into(), ..Cell::default() };
        let notebook = |cells| Notebook { path: "x".into(), json: Value::Null, cells }.source_hash();
        assert_eq!(notebook(vec![]), "fnv1a64:cbf29ce484222325");
        assert_eq!(notebook(vec![cell(true, "a")]), notebook(vec![cell(false, "prose"), cell(true, "a")]));
        assert_ne!(notebook(vec![cell(true, "a"), cell(true, "b")]), notebook(vec![cell(true, "ab")]));
    }
}
