//! `cargo lab`: installs the kernel, opens JupyterLab, runs and exports the notebooks.

mod cargo_shim;
mod class;
mod clean;
mod command;
mod doctor;
mod export;
mod folder;
mod hash;
mod jupyter;
mod launcher;
mod lock;
mod paths;
mod progress;
mod run;
mod setup;
mod site;
mod variables;

use anyhow::Result;
use clap::{Parser, Subcommand};
use paths::{Cache, Checkout};
use std::path::PathBuf;
use std::process::ExitCode;

/// Concurrency, measured on your own cores: opens the course in JupyterLab, setting up what is missing.
#[derive(Parser)]
#[command(name = "cargo lab", bin_name = "cargo lab")]
struct Cli {
    #[command(subcommand)]
    action: Option<Action>,
    /// Port that JupyterLab listens on; without it the first free one from 8888
    #[arg(long)]
    port: Option<u16>,
    /// Print the address instead of opening a browser
    #[arg(long)]
    no_browser: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Install what is missing, and nothing else
    Setup {
        /// Also an MPI, and the program that runs the tasks of `Ranks(n)` with it
        #[arg(long)]
        mpi: bool,
    },
    /// Execute notebooks without a browser; writes executed notebooks and web pages
    Run {
        /// Numbers, names or paths of notebooks; the whole course without any
        #[arg(value_name = "NN")]
        notebooks: Vec<String>,
        /// Replace the value of a parameter: the `let name = value;` line of the notebook that has it
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Folder for the executed notebooks and web pages [default: target/lab/executed]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Execute the committed notebooks in place: new outputs, nothing else changed
    Refresh {
        /// Numbers or names of notebooks; the whole course without any
        #[arg(value_name = "NN")]
        notebooks: Vec<String>,
    },
    /// Make the course into plain files for a browser, from the outputs that the notebooks hold
    Site {
        /// Folder of executed notebooks, as `cargo lab run` writes them, to show where it has them
        #[arg(long)]
        from: Option<PathBuf>,
        /// Folder for the files [default: target/site]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Write the course for a class: an edition for students, one for who teaches, one for nbgrader
    Class {
        /// Folder for the editions [default: class]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Write a page's comparison as a Cargo project of its own, which runs without the notebook, also under mpiexec
    Export {
        /// Number, name or path of the notebook
        #[arg(value_name = "NN")]
        notebook: String,
        /// The cell that compares: its place on the page, from 1, text cells counted
        #[arg(long, value_name = "K")]
        cell: usize,
        /// Folder for the project [default: page-NN-cell-K]
        folder: Option<PathBuf>,
        /// Replace the value of a parameter, as for `run`
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
    },
    /// Tell what was found, what is missing, and the command that mends it
    Doctor,
    /// Remove what set-up made and no longer needs, and say what that frees
    Clean {
        /// Remove everything that set-up made: of this checkout, and what all checkouts share
        #[arg(long)]
        all: bool,
    },
    /// Print where set-up put things, as JSON (for the tests, not for people)
    #[command(hide = true)]
    Env,
    /// Start the kernel (for Jupyter, not for people)
    #[command(hide = true)]
    Kernel {
        /// The checkout that the kernel belongs to
        #[arg(long)]
        checkout: PathBuf,
        /// Jupyter's connection file
        #[arg(short = 'f')]
        connection: PathBuf,
    },
}

fn main() -> ExitCode {
    if cargo_shim::is_called() {
        return cargo_shim::run();
    }
    if setup::patches::is_called() {
        return setup::patches::run();
    }
    let cli = Cli::parse();
    match act(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(cli: Cli) -> Result<()> {
    let cache = Cache::find()?;
    let checkout = match &cli.action {
        Some(Action::Kernel { checkout, .. }) => Checkout { root: checkout.clone() },
        _ => Checkout::find()?,
    };
    let ready = || setup::ready(&checkout, &cache);
    match cli.action {
        None => jupyter::open(&setup::ready_to_read(&checkout, &cache)?, cli.port, !cli.no_browser),
        Some(Action::Setup { mpi }) => {
            ready()?;
            if mpi {
                setup::mpi::ready(&checkout, &cache)?;
            }
            eprintln!("everything is in place; run `cargo lab`");
            Ok(())
        }
        Some(Action::Run { notebooks, set, out }) => {
            let plan = run::plan(&checkout, &notebooks, &set)?;
            let out = out.unwrap_or_else(|| checkout.root.join("target/lab/executed"));
            run::run(&ready()?, plan, &out)
        }
        Some(Action::Refresh { notebooks }) => {
            let plan = run::plan(&checkout, &notebooks, &[])?;
            let programs = ready()?;
            // What is committed was executed with all that a page can show.
            if plan.iter().any(|page| page.document.to_string().contains("Ranks(")) {
                setup::mpi::ready(&checkout, &cache)?;
            }
            run::refresh(&programs, plan)
        }
        Some(Action::Site { from, out }) => {
            let course = run::plan(&checkout, &[], &[])?;
            let out = out.unwrap_or_else(|| checkout.root.join("target/site"));
            site::build(&checkout, &cache, course, from.as_deref(), &out)
        }
        Some(Action::Class { out }) => {
            let course = run::plan(&checkout, &[], &[])?;
            class::write(&checkout, &course, &out.unwrap_or_else(|| checkout.root.join("class")))
        }
        Some(Action::Export { notebook, cell, folder, set }) => {
            let pages = run::plan(&checkout, &[notebook], &set)?;
            pages.iter().try_for_each(|page| export::export(&checkout, page, cell, folder.clone()))
        }
        Some(Action::Doctor) => doctor::examine(&checkout, &cache),
        Some(Action::Clean { all }) => clean::clean(&checkout, &cache, all),
        Some(Action::Env) => {
            let programs = ready()?;
            let kernels = checkout.jupyter_data().join("kernels");
            let paths = serde_json::json!({
                "python": programs.python, "evcxr_jupyter": programs.kernel, "kernels": kernels, "cache": &cache.root,
            });
            println!("{paths}");
            Ok(())
        }
        Some(Action::Kernel { connection, .. }) => launcher::launch(&checkout, &cache, &connection),
    }
}
