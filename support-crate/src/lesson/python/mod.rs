//! CPython beside Rust: the deck's claims were made about Python, so they are put to it too where it is installed.
//!
//! Each script is a file of its own in this folder, stands alone and prints one line of JSON.

mod interpreter;

pub use interpreter::Python;

use serde::de::DeserializeOwned;

use crate::error::Error;

/// A script that ships with the crate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! scripts {
    ($($constant:ident = $file:literal;)*) => {
        $(pub(crate) const $constant: Script = Script { name: $file, text: include_str!($file) };)*
        #[cfg(test)]
        pub(crate) const ALL: &[Script] = &[$($constant),*];
    };
}

scripts! {
    ABOUT = "about.py";
    CACHE = "cache.py";
    COMPUTE = "compute.py";
    CRASH = "crash.py";
    DOWNLOADS = "downloads.py";
    GIVES_WAY = "gives_way.py";
    HEARTBEAT = "heartbeat.py";
    IMAGE = "image.py";
    ISOLATION = "isolation.py";
    MANY = "many.py";
    PROCESSES = "processes.py";
    RACE = "race.py";
    SERVER = "server.py";
    SQLITE = "sqlite.py";
    SWITCHES = "switches.py";
    THREAD_SAFETY = "thread_safety.py";
    WAITS = "waits.py";
}

impl Python {
    /// Runs a script of this folder and reads the JSON it prints.
    pub(crate) fn run<T: DeserializeOwned>(&self, script: Script, arguments: &[String]) -> Result<T, Error> {
        interpreter::run(self.executable(), script, arguments)
    }
}

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
