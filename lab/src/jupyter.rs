//! Starts Jupyter's programs so that they write inside the checkout only and see the lab's kernel.

use crate::command::forget_cargo;
use crate::paths::{Checkout, Programs};
use crate::variables::PYTHON;
use anyhow::{Context, Result, anyhow, bail};
use nix::unistd::geteuid;
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// A command for Jupyter's Python with all of Jupyter's folders inside the checkout.
pub fn python(checkout: &Checkout, programs: &Programs) -> Command {
    let home = checkout.jupyter();
    let data = checkout.jupyter_data();
    let mut command = Command::new(&programs.python);
    forget_cargo(&mut command);
    command
        .env("JUPYTER_CONFIG_DIR", home.join("config"))
        .env("JUPYTER_DATA_DIR", &data)
        .env("JUPYTER_PATH", &data)
        .env("JUPYTER_RUNTIME_DIR", home.join("runtime"))
        .env("JUPYTERLAB_SETTINGS_DIR", home.join("settings"))
        .env("JUPYTERLAB_WORKSPACES_DIR", home.join("workspaces"))
        .env("IPYTHONDIR", home.join("ipython"))
        .env_remove("JUPYTER_CONFIG_PATH")
        .env_remove("PYTHONHOME")
        .env_remove("PYTHONPATH")
        .env(PYTHON, &programs.python);
    command
}

/// Answers JupyterLab's question about news beforehand, so that nothing covers the first notebook. An answer of the
/// reader's own is kept.
fn ask_nothing(checkout: &Checkout) -> Result<()> {
    let folder = checkout.jupyter().join("settings").join("@jupyterlab").join("apputils-extension");
    let file = folder.join("notification.jupyterlab-settings");
    if !file.exists() {
        let answer = "{ \"fetchNews\": \"false\", \"checkForUpdates\": false }\n";
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, answer))
            .with_context(|| format!("{} cannot be written; run `cargo lab doctor`", file.display()))?;
    }
    Ok(())
}

/// Becomes JupyterLab on the first notebook.
///
/// # Errors
/// When the port is in use or JupyterLab cannot be started. Does not return otherwise.
pub fn open(checkout: &Checkout, programs: &Programs, port: Option<u16>, browser: bool) -> Result<()> {
    let mut command = python(checkout, programs);
    command.args(["-m", "jupyterlab", "--ServerApp.root_dir"]).arg(checkout.root());
    if let Some(port) = port {
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            bail!("port {port} is in use; run `cargo lab --port {}`", port.saturating_add(1));
        }
        command.arg(format!("--port={port}")).arg("--ServerApp.port_retries=0");
    }
    if !browser {
        command.arg("--no-browser");
    }
    ask_nothing(checkout)?;
    // In a container one often is root, which JupyterLab else refuses.
    if geteuid().is_root() {
        command.arg("--allow-root");
    }
    command.arg("--LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb");
    command
        .arg("--LabApp.news_url=None")
        .arg("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate");
    Err(anyhow!("JupyterLab could not be started: {}; run `cargo lab doctor`", command.exec()))
}
