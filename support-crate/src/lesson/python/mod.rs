//! CPython beside Rust: the deck's claims were made about Python, so they are put to it too where it is installed.

mod interpreter;

pub use interpreter::Python;
pub(crate) use interpreter::{Script, script};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_prints_one_line_of_json() {
        let python = match Python::find() {
            Ok(python) => python,
            Err(why) => return println!("skipped: {why}"),
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson/python");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        for path in files.filter(|path| path.extension().is_some_and(|ending| ending == "py")) {
            let text = std::fs::read_to_string(&path).unwrap().leak();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned().leak();
            let printed: serde_json::Value = python.run((name, text), &["2".to_owned()]).unwrap();
            // Times of several ways, each in as many rounds as an interval needs; or whatever a judge takes.
            let rounds = |times: &serde_json::Value| times.as_array().is_some_and(|times| times.len() >= 5);
            let enough = printed.as_object().map_or(printed.is_array(), |ways| ways.values().all(rounds));
            assert!(enough, "{name}: {printed}");
        }
    }
}
