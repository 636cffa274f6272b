//! `cargo lab` as the tests call it: set up once, then any of its commands.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::notebook;

/// What the set-up left on this machine.
pub struct Installed {
    /// The Python that has JupyterLab.
    pub python: PathBuf,
    /// The folder with the kernelspec `rust` in it.
    pub kernels: PathBuf,
    /// The kernel's program.
    pub evcxr_jupyter: PathBuf,
    /// The per-user cache folder.
    pub cache: PathBuf,
}

/// Sets up what is missing, once for each test program, and says where it lies.
pub fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let text = succeed(cargo(["lab", "env"])); // sets up what is missing
        let json: Value = serde_json::from_str(&text).expect("`cargo lab env` prints JSON");
        let path =
            |name: &str| PathBuf::from(json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}")));
        Installed {
            python: path("python"),
            kernels: path("kernels"),
            evcxr_jupyter: path("evcxr_jupyter"),
            cache: path("cache"),
        }
    })
}

/// The lab's program, built as `cargo lab` builds it, once for each test program.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        succeed(cargo(["build", "--quiet", "--release", "--package", "lab"]));
        target().join("release").join("lab")
    })
}

/// `lab ARGUMENTS`, ready to run from the workspace's root.
pub fn lab<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = clean(Command::new(program()));
    command.args(arguments).current_dir(notebook::workspace());
    command
}

/// `cargo ARGUMENTS`, ready to run from the workspace's root.
pub fn cargo<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = clean(Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())));
    command.args(arguments).current_dir(notebook::workspace());
    command
}

/// Takes out of a command's environment what `cargo test` put there for this test program alone: among it the
/// folders of a debug build whose dylib has the same name as the one that the kernel must load.
pub fn clean(mut command: Command) -> Command {
    let own = env::vars_os().map(|(name, _)| name);
    let own = own.filter(|name| name.to_string_lossy().starts_with("CARGO_PKG_"));
    for name in own.chain(["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_CRATE_NAME"].map(Into::into)) {
        command.env_remove(name);
    }
    if let Some(folders) = env::var_os("LD_LIBRARY_PATH") {
        let kept = env::split_paths(&folders).filter(|folder| !folder.starts_with(target()));
        command.env("LD_LIBRARY_PATH", env::join_paths(kept).expect("they were joined before"));
    }
    command
}

/// Runs a command that must succeed and returns what it printed.
pub fn succeed(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("start the command");
    assert!(output.status.success(), "{command:?} failed: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Everything that a command printed.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// The folder that this test program was built in.
pub fn target() -> PathBuf {
    let program = env::current_exe().expect("the path of this test program");
    program.ancestors().nth(3).map_or_else(|| notebook::workspace().join("target"), Path::to_owned)
}
