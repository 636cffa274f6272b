//! The set-up: what it installs, and that a second one finds nothing to do.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use lab_tests::{lab, notebook, system};
use serde_yaml_ng::Value;

/// How long `lab setup` takes, in seconds, without what Cargo takes to look at the lab's sources.
fn set_up() -> f64 {
    let start = Instant::now();
    lab::succeed(lab::lab(["setup"]));
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

/// `lab ACTION` in a checkout with nothing set up, an empty cache, and no other programs than these; the toolchain's own
/// come after them. Returns its status, all that it said, and how many files it wrote.
fn bare(action: &str, programs: &[(&str, &str)]) -> (Option<i32>, String, usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (checkout, bin, cache) =
        (folder.path().join("checkout"), folder.path().join("bin"), folder.path().join("cache"));
    for part in ["Cargo.toml", "environment.yml", "support-crate/Cargo.toml"] {
        let copy = checkout.join(part);
        fs::create_dir_all(copy.parent().expect("a folder")).expect("make the folder");
        fs::copy(notebook::workspace().join(part), copy).expect("copy a part of the checkout");
    }
    fs::create_dir_all(&bin).expect("make the folder");
    for (name, program) in programs {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{program}\n")).expect("write the script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("make it a program");
    }
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc runs").stdout;
    let toolchain = PathBuf::from(String::from_utf8(sysroot).expect("a path").trim()).join("bin");
    let mut command = lab::lab([action]);
    command.current_dir(&checkout).env("XDG_CACHE_HOME", &cache);
    command.env("PATH", env::join_paths([bin, toolchain]).expect("a PATH"));
    command.env_remove("VIRTUAL_ENV").env_remove("CONDA_PREFIX");
    let output = command.output().expect("lab starts");
    let written = if cache.exists() { system::listing(&cache).len() } else { 0 };
    (output.status.code(), lab::said(&output), written)
}

/// A compiler one release older than the workspace asks for.
fn old_rustc() -> (String, String) {
    let (major, minor) =
        rust_version().split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a version");
    let minor: u32 = minor.parse().expect("a number");
    let old = format!("{major}.{}.1", minor - 1);
    let script = format!("printf 'rustc {old}\\nhost: x86_64-unknown-linux-gnu\\nrelease: {old}\\n'");
    (old, script)
}

#[test]
fn what_is_missing_is_said_in_one_sentence_before_any_work_starts() {
    let no_venv = r#"case "$*" in *ensurepip*) exit 1;; esac; echo 3 12"#;
    let linker = || ("cc", "exit 0");
    for (programs, says, mend) in [
        (vec![], "no C linker was found", "apt install gcc"),
        (vec![linker()], "no Python was found", "apt install python3"),
        (
            vec![linker(), ("python3", no_venv)],
            "Python 3.12 cannot make environments",
            "apt install python3-venv",
        ),
    ] {
        let (status, said, written) = bare("setup", &programs);
        assert_eq!((status, said.lines().count(), written), (Some(1), 1, 0), "{said}");
        assert!(said.starts_with("error: ") && said.contains(says) && said.contains(mend), "{said}");
    }
}

#[test]
fn a_compiler_too_old_is_named_with_the_release_needed_and_the_way_to_it() {
    let (old, rustc) = old_rustc();
    let words = [&format!("rustc {old} is too old"), rust_version(), "rustup update stable", "conda install"];
    let (status, said, written) = bare("setup", &[("cc", "exit 0"), ("rustc", &rustc)]);
    assert_eq!((status, said.lines().count(), written), (Some(1), 1, 0), "{said}");
    assert!(words.iter().all(|word| said.contains(*word)), "{said}");

    let (status, said, written) = bare("doctor", &[("cc", "exit 0"), ("rustc", &rustc)]);
    assert_eq!((status, written), (Some(1), 0), "{said}");
    let line = said.lines().find(|line| line.starts_with("MISSING  rustc")).unwrap_or_default();
    assert!(words.iter().all(|word| line.contains(*word)), "{said}");
}

#[test]
fn the_environment_file_names_what_the_set_up_installs() {
    let file = environment();
    let python = &lab::installed().python;
    for pin in pins(&file) {
        let (name, version) = pin.split_once("==").unwrap_or_else(|| panic!("{pin} is not pinned"));
        let ask = format!("from importlib.metadata import version; print(version('{name}'), end='')");
        let mut command = lab::clean(Command::new(python));
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
fn the_pinned_jupyter_server_takes_what_the_lab_adds_to_it() {
    let settings = notebook::workspace().join("lab/src/jupyter/kept.py");
    let load = "import runpy, sys; from traitlets.config import Config; runpy.run_path(sys.argv[1], {'c': Config()})";
    let mut command = lab::clean(Command::new(&lab::installed().python));
    command.args(["-B", "-c", load]).arg(settings);
    lab::succeed(command);
}

#[test]
fn readme_environment_and_workspace_ask_for_the_same_rust() {
    let file = environment();
    let rust = format!(">={}", rust_version());
    assert_eq!((conda(&file, "rust"), conda(&file, "rust-src")), (rust.clone(), rust));
    let readme = fs::read_to_string(notebook::workspace().join("README.md")).expect("read README.md");
    assert!(readme.contains(&format!("[Rust](https://rustup.rs) {} or newer", rust_version())));
    for (at, _) in readme.match_indices("rustc 1.").chain(readme.match_indices("'rust>=1.")) {
        let version =
            readme[at..].split(|c: char| !c.is_ascii_digit() && c != '.').find(|part| part.contains('.'));
        assert_eq!(
            version,
            Some(rust_version()),
            "in README.md: {}",
            readme[at..].lines().next().unwrap_or("")
        );
    }
}

/// The workspace's `rust-version`, which every package inherits, this one too.
fn rust_version() -> &'static str {
    env!("CARGO_PKG_RUST_VERSION")
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
