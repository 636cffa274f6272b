//! Keeps what only the build knows: the compiler's version and the optimisation level.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let version = env::var_os("RUSTC")
        .and_then(|rustc| Command::new(rustc).arg("-V").output().ok())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| "rustc (version unknown)".to_owned(), |text| text.trim().to_owned());
    println!("cargo:rustc-env=CONCURRENCY_LAB_RUSTC={version}");
    let level = env::var("OPT_LEVEL").unwrap_or_else(|_| "?".to_owned());
    println!("cargo:rustc-env=CONCURRENCY_LAB_OPT_LEVEL={level}");
}
