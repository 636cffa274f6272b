//! CPython beside Rust: the deck's claims were made about Python, so they are put to it too where it is installed.

mod interpreter;
mod scripts;

pub use interpreter::Python;
pub(crate) use scripts::*;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_prints_one_line_of_json() {
        let python = match Python::find() {
            Ok(python) => python,
            Err(why) => return println!("skipped: {why}"),
        };
        for script in ALL {
            let arguments: &[&str] = match script.name {
                "compute.py" => &["2", "1"],
                "image.py" => &["2"],
                "server.py" => &["0.002"],
                _ => &[],
            };
            let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
            let printed: serde_json::Value = python.run(*script, &arguments).unwrap();
            assert!(printed.is_object(), "{}: {printed}", script.name);
        }
    }
}
