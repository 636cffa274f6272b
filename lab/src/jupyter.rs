//! Starts Jupyter's programs so that they write inside the checkout only and see the lab's kernel.

use crate::command::forget_cargo;
use crate::folder;
use crate::paths::{Checkout, Programs};
use crate::variables::PYTHON;
use anyhow::{Result, anyhow, bail};
use nix::unistd::geteuid;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// A command for Jupyter's Python with all of Jupyter's folders inside the checkout.
pub fn python(programs: &Programs) -> Command {
    let mut command = Command::new(&programs.python);
    forget_cargo(&mut command);
    for (variable, folder) in [
        ("JUPYTER_CONFIG_DIR", "config"),
        ("JUPYTER_DATA_DIR", "data"),
        ("JUPYTER_PATH", "data"),
        ("JUPYTER_RUNTIME_DIR", "runtime"),
        ("JUPYTERLAB_SETTINGS_DIR", "settings"),
        ("JUPYTERLAB_WORKSPACES_DIR", "workspaces"),
        ("IPYTHONDIR", "ipython"),
    ] {
        command.env(variable, programs.checkout.jupyter().join(folder));
    }
    for foreign in ["JUPYTER_CONFIG_PATH", "PYTHONHOME", "PYTHONPATH"] {
        command.env_remove(foreign);
    }
    command.env(PYTHON, &programs.python);
    command
}

/// What the lab adds to JupyterLab: a setting of its server, and an extension of its page.
const ADDED: [(&str, &str); 3] = [
    ("config/jupyter_server_config.py", include_str!("jupyter/kept.py")),
    ("data/labextensions/concurrency-lab/package.json", include_str!("jupyter/package.json")),
    ("data/labextensions/concurrency-lab/static/page.js", include_str!("jupyter/page.js")),
];

/// Where JupyterLab keeps whether it may ask about news.
const NEWS: &str = "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings";

/// Writes what the lab adds, and answers JupyterLab's question about news beforehand, so that nothing covers the first notebook.
/// An answer of the reader's own is kept.
fn prepare(checkout: &Checkout) -> Result<()> {
    let news = checkout.jupyter().join(NEWS);
    if !news.exists() {
        folder::write(&news, "{ \"fetchNews\": \"false\", \"checkForUpdates\": false }\n")?;
    }
    ADDED.iter().try_for_each(|(file, content)| folder::write(&checkout.jupyter().join(file), content))
}

/// Becomes JupyterLab on the first notebook.
///
/// # Errors
/// When the port is in use or JupyterLab cannot be started. Does not return otherwise.
pub fn open(programs: &Programs, port: Option<u16>, browser: bool) -> Result<()> {
    let mut command = python(programs);
    command.args(["-m", "jupyterlab", "--ServerApp.root_dir"]).arg(&programs.checkout.root);
    if let Some(port) = port {
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            bail!("port {port} is in use; run `cargo lab --port {}`", port.saturating_add(1));
        }
        command.arg(format!("--port={port}")).arg("--ServerApp.port_retries=0");
    }
    if !browser {
        command.arg("--no-browser");
    }
    prepare(&programs.checkout)?;
    // In a container one often is root, which JupyterLab else refuses.
    if geteuid().is_root() {
        command.arg("--allow-root");
    }
    // Kernels of pages that were closed an hour ago: each holds hundreds of megabytes.
    command
        .args(["--MappingKernelManager.cull_idle_timeout=3600", "--MappingKernelManager.cull_interval=60"]);
    // A kernel that is asked for during set-up answers once it is built.
    command.arg("--MappingKernelManager.kernel_info_timeout=3600");
    command.arg("--LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb");
    Err(anyhow!("JupyterLab could not be started: {}; run `cargo lab doctor`", command.exec()))
}
