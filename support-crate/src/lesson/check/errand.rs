//! Work that remembers which process did it, and which others ran at the same time.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::job::answer;
use super::reply::require;
use crate::units::ms;

/// A piece of work that can be done in any process. [`Errand::run`] does it and gives a receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Errand {
    number: usize,
    together: usize,
    // Processes share files where threads would share memory.
    folder: PathBuf,
}

/// Proof that an errand was run, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which errand it was.
    pub number: usize,
    /// The number of the process that ran it.
    pub pid: u32,
    /// What came out.
    pub answer: u64,
    /// Whether all errands were under way at the same time.
    pub met: bool,
}

impl Errand {
    /// Does the errand; it blocks until it is done.
    pub fn run(&self) -> Receipt {
        let (start, pid) = (Instant::now(), std::process::id());
        let sign = |number: usize, word: &str| self.folder.join(format!("{number}-{word}"));
        // A folder that cannot be written to shows as errands that never met.
        let _ = std::fs::write(sign(self.number, &format!("begun-{pid}")), "");
        let _ = std::fs::write(sign(self.number, "here"), "");
        let met = || (0..self.together).all(|other| sign(other, "here").exists());
        while !met() && !sign(0, "gave-up").exists() && start.elapsed() < PATIENCE {
            std::thread::sleep(ms(1));
        }
        let met = met();
        if !met {
            // The others need not wait as long again.
            let _ = std::fs::write(sign(0, "gave-up"), "");
            let _ = std::fs::remove_file(sign(self.number, "here"));
        }
        Receipt { number: self.number, pid, answer: answer(self.number), met }
    }
}

/// How long an errand waits for the others.
const PATIENCE: Duration = ms(700);

/// Has `count` errands run, which stay until all are under way: what came back, and which process began which errand, by
/// the signs left in their folder. None may have begun in this process.
pub(super) fn run_by<T>(
    count: usize,
    theirs: impl FnOnce(Vec<Errand>) -> T,
) -> Result<(T, Vec<(usize, u32)>), String> {
    let folder =
        tempfile::tempdir().map_err(|error| format!("this machine gave no temporary folder: {error}"))?;
    let errand = |number| Errand { number, together: count, folder: folder.path().to_owned() };
    let came = theirs((0..count).map(errand).collect());
    let names = std::fs::read_dir(folder.path()).into_iter().flatten().flatten();
    let read = |entry: std::fs::DirEntry| {
        let name = entry.file_name();
        let (number, pid) = name.to_str()?.split_once("-begun-")?;
        Some((number.parse().ok()?, pid.parse().ok()?))
    };
    let mut begun: Vec<(usize, u32)> = names.filter_map(read).collect();
    begun.sort_unstable();
    require!(
        begun.iter().all(|(_, pid)| *pid != std::process::id()),
        "an errand was run in the very process that called your function, which no thread leaves either"
    );
    Ok((came, begun))
}
