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
            let printed: serde_json::Value = python.run(*script, &["2".to_owned()]).unwrap();
            assert!(printed.is_object() || printed.is_array(), "{}: {printed}", script.name);
        }
    }
}
