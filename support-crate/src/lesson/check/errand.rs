//! Work that remembers which process did it, and which others ran at the same time.

use std::fs::File;
use std::io::Write;
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
    signs: PathBuf,
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
        // A file that cannot be written to shows as errands that never met.
        let sign = |word: &str| {
            let file = File::options().append(true).open(&self.signs);
            let _ = file
                .and_then(|mut file| file.write_all(format!("{word} {} {pid}\n", self.number).as_bytes()));
        };
        let signs =
            |word: &str| std::fs::read_to_string(&self.signs).unwrap_or_default().matches(word).count();
        sign("begun");
        let met = || signs("begun") >= self.together;
        while !met() && signs("gave up") == 0 && start.elapsed() < PATIENCE {
            std::thread::sleep(ms(1));
        }
        let met = met() && signs("gave up") == 0;
        if !met {
            // The others need not wait as long again.
            sign("gave up");
        }
        Receipt { number: self.number, pid, answer: answer(self.number), met }
    }
}

/// How long an errand waits for the others.
const PATIENCE: Duration = ms(700);

/// Has `count` errands run, which stay until all are under way: what came back, and which process began which errand, by
/// the signs they left. None may have begun in this process.
pub(super) fn run_by<T>(
    count: usize,
    theirs: impl FnOnce(Vec<Errand>) -> T,
) -> Result<(T, Vec<(usize, u32)>), String> {
    let signs = tempfile::NamedTempFile::new();
    let signs = signs.map_err(|error| format!("this machine gave no temporary file: {error}"))?;
    let errand = |number| Errand { number, together: count, signs: signs.path().to_owned() };
    let came = theirs((0..count).map(errand).collect());
    let read = |line: &str| {
        let (number, pid) = line.strip_prefix("begun ")?.split_once(' ')?;
        Some((number.parse().ok()?, pid.parse().ok()?))
    };
    let signs = std::fs::read_to_string(signs.path()).unwrap_or_default();
    let mut begun: Vec<(usize, u32)> = signs.lines().filter_map(read).collect();
    begun.sort_unstable();
    require!(
        begun.iter().all(|(_, pid)| *pid != std::process::id()),
        "an errand was run in the very process that called your function, which no thread leaves either"
    );
    Ok((came, begun))
}
