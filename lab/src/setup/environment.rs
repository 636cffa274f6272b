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
    /// Reads the pip section of the file.
    ///
    /// # Errors
    /// When the file is missing, is not YAML, or has no pip section.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!("{} cannot be read; run `git checkout environment.yml`", path.display())
        })?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let file: serde_json::Value = serde_yaml_ng::from_str(text)
            .context("environment.yml is not YAML; run `git checkout environment.yml`")?;
        let entries = file["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        let packages: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry["pip"].as_array())
            .flatten()
            .filter_map(|package| package.as_str().map(str::to_owned))
            .collect();
        if packages.is_empty() {
            bail!("environment.yml pins no pip packages; run `git checkout environment.yml`");
        }
        Ok(Self { packages })
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
        let pins = Pins::parse("dependencies:\n  - python\n  - pip:\n      - jupyterlab==4.6.6\n").unwrap();
        assert_eq!(pins.packages, ["jupyterlab==4.6.6"]);
    }

    #[test]
    fn a_file_without_pins_is_refused() {
        assert!(Pins::parse("dependencies:\n  - python\n").is_err());
    }
}
