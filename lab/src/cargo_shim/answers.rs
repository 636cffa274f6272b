//! What Cargo answered to the first kernel of a build template, for the kernels after it.
//!
//! Before the first cell evcxr and rust-analyzer ask Cargo a dozen questions, which takes most of a second. Until a reader adds a
//! package, the answers are the same in every kernel, but for the path of its build folder.

use crate::folder;
use crate::hash;
use crate::setup::build_template;
use crate::variables::{KERNEL_BUILD, TEMPLATE};
use anyhow::Result;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Stands for the build folder of the kernel that reads an answer.
const BUILD: &str = "{build}";

/// Answers to the kernel that this process was started by.
pub struct Answers {
    /// The kernel's own build folder.
    pub build: PathBuf,
    template: PathBuf,
}

impl Answers {
    /// Those of the kernel that the environment names.
    pub fn find() -> Option<Self> {
        Some(Self { build: env::var_os(KERNEL_BUILD)?.into(), template: env::var_os(TEMPLATE)?.into() })
    }

    /// The answer to the arguments of a call of Cargo, with the kernel's own paths.
    pub fn get(&self, question: &[&str]) -> Option<String> {
        Some(self.raw(question)?.replace(BUILD, self.build.to_str()?))
    }

    /// The arguments of the compiler that an answer consists of. What was compiled ahead is read from the template until it is
    /// copied; what is written goes to the kernel's own folder.
    pub fn get_command(
        &self,
        question: &[&str],
        words: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        let mut words = words(&self.raw(question)?)?;
        let ahead = if build_template::is_copied(&self.build) { &self.build } else { &self.template };
        for at in 0..words.len() {
            let written = words[at].starts_with("incremental=") || at > 0 && words[at - 1] == "--out-dir";
            let root = if written { &self.build } else { ahead };
            words[at] = words[at].replace(BUILD, root.to_str()?);
        }
        Some(words)
    }

    fn raw(&self, question: &[&str]) -> Option<String> {
        fs::read_to_string(self.file(question)?).ok()
    }

    /// Where the library is kept, or may be, that the compiler makes of the cell at hand: the same source and command give the same
    /// library in every kernel that has no package of a reader's own.
    pub fn library(&self, command: &[String]) -> Option<PathBuf> {
        let source = fs::read_to_string(self.build.join("ctx/src/lib.rs")).ok()?;
        let build = self.build.to_str().filter(|_| self.are_for_all())?;
        let command: Vec<String> = command.iter().map(|word| word.replace(build, BUILD)).collect();
        let name = format!("{:016x}.so", hash::of(&(command, source)));
        Some(self.template.join(build_template::ANSWERS).join(name))
    }

    /// Keeps an answer. Where it cannot be written, Cargo is asked again, which is no worse.
    pub fn keep(&self, question: &[&str], answer: &str) {
        if let (Some(file), Some(build)) = (self.file(question), self.build.to_str()) {
            let _ = folder::replace(&file, answer.replace(build, BUILD));
        }
    }

    /// Whether the cell's packages are still those that every kernel begins with.
    pub fn are_for_all(&self) -> bool {
        let [cell, start] = ["ctx", "keep"].map(|member| self.manifest(member));
        let list = |manifest: &Option<String>| {
            Some(manifest.as_ref()?.split_once("[dependencies]")?.1.trim().to_owned())
        };
        list(&cell).is_some() && list(&cell) == list(&start)
    }

    /// Makes the build folder one that Cargo can build in.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn complete(&self) -> Result<()> {
        build_template::complete(&self.template, &self.build)
    }

    /// Answers of all kernels stand with the template, those to a reader's own packages with the kernel.
    fn file(&self, question: &[&str]) -> Option<PathBuf> {
        let question = question.iter().map(|word| word.replace(self.build.to_str().unwrap_or(BUILD), BUILD));
        let asked = (question.collect::<Vec<_>>(), self.manifest("ctx")?, env::var_os("RUSTFLAGS"));
        let folder = if self.are_for_all() { &self.template } else { &self.build };
        Some(folder.join(build_template::ANSWERS).join(format!("{:016x}", hash::of(&asked))))
    }

    fn manifest(&self, member: &str) -> Option<String> {
        fs::read_to_string(self.build.join(member).join("Cargo.toml")).ok()
    }
}

/// Libraries that are kept at most, of about 70 KB each; then room is made by removing all. The course has 300.
const LIBRARIES: usize = 1_500;

/// Keeps a compiled cell for the kernels to come. Where it cannot be written, the cell is compiled again, which is no worse.
pub fn keep_library(library: &Path, kept: &Path) {
    let is_library = |path: &PathBuf| path.extension().is_some_and(|end| end == "so");
    let others: Vec<PathBuf> =
        kept.parent().into_iter().flat_map(folder::entries).filter(is_library).collect();
    if others.len() >= LIBRARIES {
        others.iter().for_each(|other| drop(fs::remove_file(other)));
    }
    let _ = fs::read(library).map(|library| folder::replace(kept, library));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(root: &Path, name: &str, dependencies: &str) -> Answers {
        let answers = Answers { build: root.join(name), template: root.join("template") };
        for (member, list) in [("ctx", dependencies), ("keep", "lab = 1")] {
            let manifest = format!("[package]\nname = \"{member}\"\n[dependencies]\n{list}\n");
            folder::write(&answers.build.join(member).join("Cargo.toml"), manifest).unwrap();
        }
        answers
    }

    #[test]
    fn an_answer_serves_other_kernels_with_their_own_paths() {
        let root = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| kernel(root.path(), name, "lab = 1\n"));
        let path = |kernel: &Answers| format!("{}/ctx", kernel.build.display());
        first.keep(&["metadata", &path(&first)], &path(&first));
        assert_eq!(second.get(&["metadata", &path(&second)]), Some(path(&second)));
        assert_eq!(second.get(&["metadata"]), None);
    }

    #[test]
    fn packages_of_a_reader_s_own_are_answered_in_that_kernel_alone() {
        let root = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| kernel(root.path(), name, "lab = 1\nrand = 1"));
        assert!(!first.are_for_all());
        first.keep(&["build"], "answer");
        assert_eq!((first.get(&["build"]), second.get(&["build"])), (Some("answer".to_owned()), None));
    }

    #[test]
    fn a_compiler_reads_from_the_template_and_writes_into_the_kernel_s_folder() {
        let root = tempfile::tempdir().unwrap();
        let kernel = kernel(root.path(), "kernel", "lab = 1");
        let [build, template] = [&kernel.build, &kernel.template].map(|path| path.display().to_string());
        let line =
            format!("rustc --out-dir {build}/out -C incremental={build}/inc --extern lab={build}/lab.so");
        kernel.keep(&["build"], &line);
        let words = |line: &str| Some(line.split(' ').map(str::to_owned).collect());
        let told = kernel.get_command(&["build"], words).unwrap().join(" ");
        let due =
            format!("rustc --out-dir {build}/out -C incremental={build}/inc --extern lab={template}/lab.so");
        assert_eq!(told, due);
    }

    fn cell(kernel: &Answers, source: &str) -> Option<PathBuf> {
        folder::write(&kernel.build.join("ctx/src/lib.rs"), source).unwrap();
        kernel.library(&[format!("--out-dir={}/out", kernel.build.display())])
    }

    #[test]
    fn a_cell_s_library_serves_every_kernel_that_has_the_same_packages() {
        let root = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| kernel(root.path(), name, "lab = 1"));
        let kept = cell(&first, "let a = 1;").unwrap();
        assert_eq!(cell(&second, "let a = 1;").as_ref(), Some(&kept));
        assert_ne!(cell(&second, "let a = 2;"), Some(kept));
        let own = kernel(root.path(), "own", "lab = 1\nrand = 1");
        assert_eq!(cell(&own, "let a = 1;"), None);
    }

    #[test]
    fn no_more_libraries_are_kept_than_there_is_room_for() {
        let root = tempfile::tempdir().unwrap();
        let library = root.path().join("libctx.so");
        folder::write(&library, "library").unwrap();
        let kept = |number: usize| root.path().join("kept").join(format!("{number}.so"));
        fs::create_dir(root.path().join("kept")).unwrap();
        for number in 0..=LIBRARIES {
            keep_library(&library, &kept(number));
        }
        assert_eq!(fs::read_to_string(kept(LIBRARIES)).unwrap(), "library");
        assert_eq!(folder::entries(&root.path().join("kept")).count(), 1);
    }
}
