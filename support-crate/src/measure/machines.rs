//! Results that were saved on several machines, and which of them may be held beside one another.

use std::fs;
use std::path::Path;

use super::result::Comparison;
use crate::error::{Error, ErrorKind};

/// Saved comparisons of the same work on several machines: of a class, for example.
#[derive(Clone, Debug, Default)]
pub(crate) struct Machines {
    /// Each with the name of its file, in the order of names.
    pub(crate) results: Vec<(String, Comparison)>,
    /// Why files were left out, a sentence each that names the file.
    pub(crate) refused: Vec<String>,
}

impl Machines {
    // Not generic: cells would compile it again.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let name = folder.display();
        let entries = fs::read_dir(folder).map_err(|error| {
            Error::unavailable(format!("cannot read the folder {name}: {}", error.kind()))
        })?;
        let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
        files.sort();
        let mut found = Self::default();
        for file in files {
            let result = Comparison::load(&file);
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let path = file.display().to_string();
            let empty = || format!("{name}.json holds no run that finished");
            match result.problem.clone().or_else(|| result.ranking().is_empty().then(empty)) {
                // Without the folder, which all have in common.
                Some(problem) => found.refused.push(problem.replace(&path, &format!("{name}.json"))),
                None => found.results.push((name, result)),
            }
        }
        found.leave_out_other_work();
        found.refused.sort();
        if found.results.is_empty() {
            let why = found.refused.first().map_or("no file ends in .json".to_owned(), String::clone);
            let advice = "save comparisons there, by .save(\"folder/name.json\")";
            return Err(Error::new(
                ErrorKind::Format,
                format!("nothing to compare in {name}: {why}; {advice}"),
            ));
        }
        Ok(found)
    }

    /// Keeps the results of the work that most files have; of two kinds that are as frequent, the first file's.
    fn leave_out_other_work(&mut self) {
        let works = || self.results.iter().map(|(_, result)| &result.workload);
        let like = |work| works().filter(|other| *other == work).count();
        // Of equals `max_by_key` takes the last.
        let Some(most) = works().rev().max_by_key(|work| like(*work)).cloned() else { return };
        let all = std::mem::take(&mut self.results).into_iter();
        let (same, others): (Vec<_>, Vec<_>) = all.partition(|(_, result)| result.workload == most);
        self.results = same;
        self.refused.extend(others.into_iter().map(|(name, result)| {
            let (own, most) = (result.workload.title, &most.title);
            format!(
                "{name}.json holds {own}, the others {most}: run the same cell with the same values, and save that"
            )
        }));
    }
}
