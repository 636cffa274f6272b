//! The set-up: what it installs, and that a second one finds nothing to do.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use lab_tests::{lab, notebook, system};
use serde_yaml_ng::Value;

/// The project's own `lab`, started directly: what Cargo takes to look at its sources is not the set-up's time.
fn set_up() -> f64 {
    let program = lab::target().join("release/lab");
    let start = Instant::now();
    let mut command = lab::clean(std::process::Command::new(program));
    lab::succeed(std::mem::replace(
        command.arg("setup").current_dir(notebook::workspace()),
        std::process::Command::new("true"),
    ));
    start.elapsed().as_secs_f64()
}

#[test]
fn a_second_set_up_takes_under_a_second_and_changes_no_file() {
    let installed = lab::installed();
    let home = PathBuf::from(env::var_os("HOME").expect("HOME"));
    let parts = [".venv", ".jupyter", "notebooks"].map(|name| notebook::workspace().join(name));
    let look = || {
        let mut files = system::listing(&installed.cache);
        files.retain(|path, _| !path.starts_with(installed.cache.join("kernels"))); // other tests' kernels run
        parts.iter().for_each(|part| files.extend(system::listing(part)));
        let top = fs::read_dir(&home).expect("read HOME").flatten();
        files.extend(top.filter_map(|e| Some((e.path(), (0, e.metadata().ok()?.created().ok()?)))));
        files
    };
    let before = look();
    let fastest = (0..3).map(|_| set_up()).fold(f64::INFINITY, f64::min);
    let after = look();
    let changed: Vec<_> = after.iter().filter(|(path, state)| before.get(*path) != Some(state)).collect();
    assert!(changed.is_empty() && before.len() == after.len(), "changed: {changed:#?}");
    assert!(fastest < 1.0, "the fastest of three took {fastest:.2} s");
}

#[test]
fn the_environment_file_names_what_the_set_up_installs() {
    let file = environment();
    let python = &lab::installed().python;
    for pin in pins(&file) {
        let (name, version) = pin.split_once("==").unwrap_or_else(|| panic!("{pin} is not pinned"));
        let ask = format!("from importlib.metadata import version; print(version('{name}'), end='')");
        let mut command = lab::clean(std::process::Command::new(python));
        let _ = command.args(["-c", &ask]);
        assert_eq!(lab::succeed(command), version, "{name}");
    }
    for name in ["jupyterlab", "nbclient", "nbconvert"] {
        assert!(
            pins(&file).iter().any(|pin| pin.starts_with(&format!("{name}=="))),
            "{name} is not in the pip section"
        );
    }
}

#[test]
fn the_environment_file_agrees_with_the_workspace_on_rust_and_with_the_kernel_on_evcxr() {
    let file = environment();
    let manifest = fs::read_to_string(notebook::workspace().join("Cargo.toml")).expect("read Cargo.toml");
    let rust =
        manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a rust-version");
    let rust = rust.trim_matches('"');
    assert_eq!(conda(&file, "rust").trim_start_matches(['>', '=']), rust);
    assert_eq!(conda(&file, "rust-src"), conda(&file, "rust"));

    let manifest =
        fs::read_to_string(notebook::workspace().join("lab/src/setup/kernel.rs")).expect("read lab's source");
    let installed =
        manifest.lines().find_map(|line| line.strip_prefix("pub const VERSION: &str = ")).expect("a version");
    let pinned = conda(&file, "evcxr").trim_start_matches('=').to_owned();
    assert!(
        installed.trim_matches(['"', ';']).starts_with(&pinned),
        "environment.yml has {pinned}, set-up {installed}"
    );
}

fn environment() -> Value {
    let path = notebook::workspace().join("environment.yml");
    let text = fs::read_to_string(&path).expect("read environment.yml");
    serde_yaml_ng::from_str(&text).expect("environment.yml is YAML")
}

/// The pip section's lines.
fn pins(file: &Value) -> Vec<String> {
    let entries = file["dependencies"].as_sequence().expect("dependencies");
    let pip = entries.iter().find_map(|entry| entry["pip"].as_sequence()).expect("a pip section");
    pip.iter().map(|pin| pin.as_str().expect("a pin is text").to_owned()).collect()
}

/// What a conda dependency says behind its name.
fn conda(file: &Value, name: &str) -> String {
    let entries = file["dependencies"].as_sequence().expect("dependencies").iter().filter_map(Value::as_str);
    let rest = entries
        .filter_map(|entry| entry.strip_prefix(name))
        .find(|rest| !rest.starts_with(char::is_alphabetic) && !rest.starts_with('-'));
    rest.unwrap_or_else(|| panic!("no {name} in environment.yml")).trim().to_owned()
}
