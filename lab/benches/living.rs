//! How long a reader waits in a notebook: a bare evcxr kernel with the same crates and a chart written by hand, and the lab,
//! taking turns in one run; in the lab once more with cells that an earlier kernel has run. `cargo bench -p lab -- --rounds 5` for
//! more rounds.

use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

const SCRIPT: &str = include_str!("living.py");
/// Rounds unless told otherwise: each starts both kernels once.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = match arguments.iter().position(|argument| argument == "--rounds") {
        Some(at) => arguments.get(at + 1).ok_or("--rounds needs a number")?.parse()?,
        None => ROUNDS,
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let told = Command::new(env!("CARGO_BIN_EXE_lab")).arg("env").current_dir(&root).output()?;
    let places: Value = serde_json::from_slice(&told.stdout)
        .map_err(|_| format!("set-up failed: {}", String::from_utf8_lossy(&told.stderr)))?;
    let place = |name: &str| places[name].as_str().unwrap_or_default().to_owned();
    let status = Command::new(place("python"))
        .args(["-c", SCRIPT])
        .arg(place("evcxr_jupyter"))
        .arg(place("kernels"))
        .arg(root.join("notebooks"))
        .arg(rounds.to_string())
        .status()?;
    if status.success() { Ok(()) } else { Err("the run was cut short".into()) }
}
