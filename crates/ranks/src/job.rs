//! A running mpiexec: what its ranks print is printed here, what it says itself tells how a job ended.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use subprocess::observer;

/// Lines of mpiexec's own that are kept.
const KEPT: usize = 60;

/// A running mpiexec. Dropped, it is ended.
pub(crate) struct Job {
    mpiexec: Child,
    said: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Job {
    /// Starts it; what its ranks print is printed here, what it says itself is kept.
    pub fn start(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // In a group of its own: a terminal's or a notebook's interrupt is for this program to answer.
        let mpiexec = subprocess::start_tied(command.process_group(0))?;
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let mut job = Self { readers: Vec::new(), said: said.clone(), mpiexec };
        let (out, err) = (job.mpiexec.stdout.take(), job.mpiexec.stderr.take());
        let out = out.map(|out| read_lines(out, said.clone(), || Box::new(io::stdout().lock())));
        let err = err.map(|err| read_lines(err, said, || Box::new(io::stderr().lock())));
        job.readers = [out, err].into_iter().flatten().collect::<Result<_, _>>()?;
        Ok(job)
    }

    /// The code that it exited with.
    pub fn code(&mut self) -> Option<i32> {
        self.mpiexec.try_wait().ok()??.code()
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.mpiexec.try_wait(), Ok(None))
    }

    /// Waits until it has ended, but no longer than this; whether it has.
    pub fn ends_within(&mut self, limit: Duration) -> bool {
        self.ends_while(limit, || true)
    }

    /// The same, but no longer than the observer wants waiting to go on.
    pub fn ends_unasked(&mut self, limit: Duration) -> bool {
        self.ends_while(limit, || !(observer().stop_asked)())
    }

    fn ends_while(&mut self, limit: Duration, goes_on: impl Fn() -> bool) -> bool {
        let deadline = Instant::now() + limit;
        while !self.has_ended() && Instant::now() < deadline && goes_on() {
            thread::sleep(Duration::from_millis(1));
        }
        self.has_ended()
    }

    /// Ends it, unless it has ended, and prints what is left to print until its ranks have ended with it.
    pub fn finish(&mut self) {
        let _ = self.mpiexec.kill();
        let _ = self.mpiexec.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// What mpiexec said itself.
    pub fn words(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.finish();
    }
}

fn read_lines(
    source: impl Read + Send + 'static,
    said: Arc<Mutex<VecDeque<String>>>,
    shown: fn() -> Box<dyn Write>,
) -> io::Result<JoinHandle<()>> {
    let read = move || {
        (observer().hide_thread)();
        for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&line);
            if let Some((rank, printed)) = of_rank(&text) {
                // Nobody can be told that stdout is closed.
                let printed = subprocess::marked(&format!("rank {rank}"), printed.as_bytes());
                let _ = shown().write_all(printed.as_bytes());
            } else if !text.trim().is_empty() {
                let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_back(text.into_owned());
                if said.len() > KEPT {
                    said.pop_front();
                }
            }
        }
    };
    thread::Builder::new().name("MPI output".into()).stack_size(128 * 1024).spawn(read)
}

/// A line that a rank printed: `[3] text`.
fn of_rank(line: &str) -> Option<(u32, &str)> {
    let (rank, text) = line.strip_prefix('[')?.split_once(']')?;
    Some((rank.parse().ok()?, text.strip_prefix(' ').unwrap_or(text)))
}

/// What became of a job, by what mpiexec said and the code that it exited with: the process that it names, and how that ended; or
/// whatever it said.
pub(crate) fn end(said: &[String], code: Option<i32>) -> (Option<u32>, String) {
    let field = |name: &str| Some(said.iter().find_map(|line| line.split_once(name))?.1.trim().to_owned());
    // MPICH: "= PID 42 RUNNING AT vm", "= EXIT CODE: 9", and "… WITH THE EXIT STRING: Killed (signal 9)".
    let pid = field(" PID ").and_then(|text| text.split(' ').next()?.parse().ok());
    let signal = field("EXIT STRING: ");
    let signal = signal.as_deref().and_then(|text| text.strip_suffix(')')?.split_once(" (signal "));
    let how = match (signal, field("EXIT CODE: ")) {
        (Some((name, number)), _) => format!("was ended by signal {number} ({name})"),
        (None, Some(code)) => format!("exited with code {code}"),
        // Of a process that exits by itself it tells nothing but that.
        (None, None) => match (telling(said), code) {
            (Some(said), _) => said.to_owned(),
            (None, Some(code)) => format!("exited with code {code}"),
            (None, None) => "ended, and mpiexec said nothing".to_owned(),
        },
    };
    (pid, how)
}

/// The line that tells most: the first that speaks of an error, else the last.
pub(crate) fn telling(said: &[String]) -> Option<&str> {
    let tells = |line: &&String| {
        let line = line.to_ascii_lowercase();
        ["error", "fail", "refused", "unable", "could not", "not found", "no such"]
            .iter()
            .any(|word| line.contains(word))
    };
    said.iter().find(tells).or(said.last()).map(|line| line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_that_died_is_named() {
        let banner = |code: &str, rest: &str| {
            let text = format!(
                "=====\n=   BAD TERMINATION\n=   PID 4711 RUNNING AT alpha\n=   EXIT CODE: {code}\n====\n{rest}"
            );
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let said = banner("9", "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: Killed (signal 9)\nThis");
        assert_eq!(end(&said, Some(9)), (Some(4711), "was ended by signal 9 (Killed)".to_owned()));
        assert_eq!(end(&banner("7", ""), None), (Some(4711), "exited with code 7".to_owned()));
        let said = ["starting", "ssh: connect to host beta: Connection refused", "end"].map(str::to_owned);
        assert_eq!(end(&said, Some(9)), (None, said[1].clone()));
        assert_eq!(end(&[], Some(7)).1, "exited with code 7");
    }

    #[test]
    fn only_what_a_rank_printed_has_its_number() {
        assert_eq!(of_rank("[3] [x] 7"), Some((3, "[x] 7")));
        assert_eq!(of_rank("[3]"), Some((3, "")));
        assert_eq!(of_rank("[mpiexec@vm] control_cb failed"), None);
        assert_eq!(of_rank("= RANK 1"), None);
    }
}
