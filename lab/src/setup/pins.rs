//! Reads `environment.yml`, where the versions of the Jupyter packages stand once.

use crate::paths::Checkout;
use anyhow::{Context, Result, bail};

/// The pinned Jupyter packages, as pip takes them: `jupyterlab==4.6.6`.
///
/// # Errors
/// When the file is missing or pins nothing.
pub fn read(checkout: &Checkout) -> Result<Vec<String>> {
    parse(&file(checkout)?, "- ")
}

/// The pinned packages that lay out the site. For conda and pip they are comments: nobody else needs them.
///
/// # Errors
/// Those of [`read`].
pub fn of_the_site(checkout: &Checkout) -> Result<Vec<String>> {
    parse(&file(checkout)?, "# - ")
}

/// The pinned packages with an MPI, and what building the worker program takes. Comments too.
///
/// # Errors
/// Those of [`read`].
pub fn of_mpi(checkout: &Checkout) -> Result<Vec<String>> {
    parse(&file(checkout)?, "# mpi: ")
}

fn file(checkout: &Checkout) -> Result<String> {
    std::fs::read_to_string(checkout.root.join("environment.yml"))
        .context("environment.yml cannot be read; run `git checkout environment.yml`")
}

/// Conda pins by one `=`, pip by two, so that the lines of the pip section tell themselves apart.
fn parse(text: &str, mark: &str) -> Result<Vec<String>> {
    let entries = text.lines().filter_map(|line| line.trim().strip_prefix(mark));
    let packages: Vec<String> = entries.filter(|entry| entry.contains("==")).map(str::to_owned).collect();
    if packages.is_empty() {
        bail!("environment.yml pins no pip packages; run `git checkout environment.yml`");
    }
    Ok(packages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pip_section_is_read() {
        let text = "dependencies:\n  - python=3.13\n  - pip\n  - pip:\n      - jupyterlab==4.6.6\n# - furo==1.0\n# mpi: mpich==5.0\n";
        assert_eq!(parse(text, "- ").unwrap(), ["jupyterlab==4.6.6"]);
        assert_eq!(parse(text, "# - ").unwrap(), ["furo==1.0"]);
        assert_eq!(parse(text, "# mpi: ").unwrap(), ["mpich==5.0"]);
    }

    #[test]
    fn a_file_without_pins_is_refused() {
        assert!(parse("dependencies:\n  - python\n", "- ").is_err());
    }
}
