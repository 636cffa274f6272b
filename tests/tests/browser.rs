//! The course in a real browser: Debian's Chromium, or another one on the PATH.
//!
//! `cargo test -p lab-tests -- --ignored` runs these; screenshots for a person to look at go to
//! `target/lab/screenshots`.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lab_tests::lab::{self, lab};
use lab_tests::notebook::{self, workspace};
use lab_tests::system;

/// One of the scripts in `tests/browser`, for the Python that has JupyterLab.
fn script(name: &str) -> Command {
    let mut python = lab::clean(Command::new(&lab::installed().python));
    python.arg("-B").arg(workspace().join("tests/browser").join(name));
    python
}

fn screenshots() -> PathBuf {
    let folder = workspace().join("target/lab/screenshots");
    fs::create_dir_all(&folder).expect("make the folder for screenshots");
    folder
}

/// One test at a time: each has a server, a kernel and a browser, and looks at seconds.
static TURN: Mutex<()> = Mutex::new(());

/// `cargo lab` without a browser of its own; ended when the test ends.
struct Server(Child, #[expect(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Server {
    fn start() -> (Server, String) {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        lab::installed();
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = lab(["--no-browser", "--port", &port.to_string()]);
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().expect("start cargo");
        let lines = BufReader::new(child.stderr.take().expect("stderr is piped"));
        let server = Server(child, turn);
        let mut lines = lines.lines().map_while(Result::ok);
        let address =
            lines.find_map(|line| Some(line[line.find(&format!("http://127.0.0.1:{port}/"))?..].to_owned()));
        std::thread::spawn(move || lines.for_each(drop)); // a full pipe would stop the server
        (server, address.expect("JupyterLab names its address").trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        system::terminate(self.0.id());
        if !system::within(Duration::from_secs(30), || !system::alive(self.0.id())) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// A file that JupyterLab saves while a test runs; put back when the test ends.
struct Kept(PathBuf, Vec<u8>);

impl Kept {
    fn of(path: &Path) -> Kept {
        Kept(path.to_owned(), fs::read(path).expect("the notebook can be read"))
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = fs::write(&self.0, &self.1);
    }
}

/// Runs one of the scripts against `cargo lab`, and shows what it printed.
fn drive(name: &str, arguments: &[&OsStr]) {
    let (_server, address) = Server::start();
    let mut command = script(name);
    command.arg(address).args(arguments).current_dir(workspace());
    println!("{}", lab::succeed(command));
}

#[test]
#[ignore = "needs Chromium"]
fn the_first_notebook_runs_in_the_browser_and_a_changed_parameter_redraws_its_chart() {
    let _kept = Kept::of(&notebook::workspace().join("notebooks/00-start-here.ipynb"));
    let (_server, address) = Server::start();
    assert!(address.contains("00-start-here"), "`cargo lab` opens the first notebook: {address}");
    let mut command = script("run_all.py");
    command.arg(address).arg(screenshots());
    lab::succeed(command);
}

#[test]
#[ignore = "needs Chromium"]
fn every_picture_of_an_untrusted_notebook_is_shown_with_its_alt_text() {
    let mut command = script("screenshot.py");
    command.arg("--out").arg(screenshots()).args(notebook::all().iter().map(|notebook| &notebook.path));
    println!("{}", lab::succeed(command));
}

#[test]
#[ignore = "needs Chromium"]
fn every_picture_of_a_trusted_notebook_is_shown_too() {
    let mut command = script("screenshot.py");
    command.arg("--trusted").arg("--out").arg(screenshots()).arg(&notebook::all()[2].path);
    println!("{}", lab::succeed(command));
}

#[test]
#[ignore = "needs Chromium"]
fn every_notebook_runs_in_the_browser_and_only_the_intended_cells_fail() {
    let notebooks = notebook::all();
    let _kept: Vec<_> = notebooks.iter().map(|notebook| Kept::of(&notebook.path)).collect();
    let mut arguments = vec![screenshots().into_os_string()];
    arguments.extend(notebooks.iter().map(|notebook| notebook.path.clone().into_os_string()));
    drive("course.py", &arguments.iter().map(|argument| &**argument).collect::<Vec<_>>());
}

#[test]
#[ignore = "needs Chromium"]
fn a_tab_closed_while_a_cell_runs_loses_nothing() {
    drive("closed_tab.py", &[]);
}

#[test]
#[ignore = "needs Chromium"]
fn the_stop_button_ends_a_comparison_in_every_model_and_keeps_the_variables() {
    drive("stop.py", &[]);
}

#[test]
#[ignore = "needs Chromium"]
fn a_cell_that_runs_again_leaves_the_page_where_it_is() {
    drive("rerun.py", &[]);
}

#[test]
#[ignore = "needs Chromium"]
fn a_restart_runs_all_cells_anew_also_while_one_runs() {
    drive("restart.py", &[]);
}

#[test]
#[ignore = "needs Chromium"]
fn names_are_completed_by_tab_and_explained_by_shift_and_tab() {
    drive("names.py", &[]);
}

#[test]
#[ignore = "needs Chromium"]
fn figures_grow_with_the_page_and_are_shown_in_the_dark_theme() {
    let stored = notebook::all()[2].path.strip_prefix(notebook::workspace()).unwrap().to_owned();
    drive("looks.py", &[screenshots().as_os_str(), stored.as_os_str()]);
}
