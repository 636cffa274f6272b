//! Reads `environment.yml`, where the versions of the Jupyter packages stand once.

use anyhow::{Context, Result, bail};
use std::path::Path;

/// The pinned Jupyter packages.
#[derive(Clone, Debug, PartialEq)]
pub struct Pins {
    /// Requirements as pip takes them: `jupyterlab==4.6.6`.
    pub packages: Vec<String>,
}

impl Pins {
    /// Reads the file's pip section.
    ///
    /// # Errors
    /// When the file is missing or pins nothing.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("{} cannot be read; run `git checkout environment.yml`", path.display())
        })?;
        Self::parse(&text)
    }

    /// Conda pins by one `=`, pip by two, so that the lines of the pip section tell themselves apart.
    fn parse(text: &str) -> Result<Self> {
        let entries = text.lines().filter_map(|line| line.trim().strip_prefix("- "));
        let packages: Vec<String> = entries.filter(|entry| entry.contains("==")).map(str::to_owned).collect();
        if packages.is_empty() {
            bail!("environment.yml pins no pip packages; run `git checkout environment.yml`");
        }
        Ok(Self { packages })
    }

    /// The packages' names, without versions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.packages.iter().map(|package| package.split("==").next().unwrap_or(package))
    }

    /// One line that changes when a pin does.
    pub fn line(&self) -> String {
        self.packages.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pip_section_is_read() {
        let text = "dependencies:\n  - python=3.13\n  - pip\n  - pip:\n      - jupyterlab==4.6.6\n";
        let pins = Pins::parse(text).unwrap();
        assert_eq!(pins.packages, ["jupyterlab==4.6.6"]);
        assert_eq!(pins.names().collect::<Vec<_>>(), ["jupyterlab"]);
    }

    #[test]
    fn a_file_without_pins_is_refused() {
        assert!(Pins::parse("dependencies:\n  - python\n").is_err());
    }
}
