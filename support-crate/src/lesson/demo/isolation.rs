//! Who sees a write: each process has its own memory, threads share theirs.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;

use crate::chart::{Figure, Table};
use crate::format;
use crate::process;

/// One write, and what the other side then reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Who wrote.
    pub writer: &'static str,
    /// Who read afterwards.
    pub reader: &'static str,
    /// What was written.
    pub written: u64,
    /// What was read.
    pub read: u64,
}

impl Sight {
    /// Whether the write was seen.
    pub fn seen(&self) -> bool {
        self.written == self.read
    }
}

/// Writes and reads across threads and processes; see [`isolation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isolation {
    /// Threads first, then processes, both ways each.
    pub sights: Vec<Sight>,
}

/// Writes a number on one side and reads it on the other: between threads and between processes, both ways, always
/// after the write is done.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let seen: Vec<bool> = isolation().sights.iter().map(Sight::seen).collect();
/// assert_eq!(seen, [true, true, false, false]);
/// ```
pub fn isolation() -> Isolation {
    let number = AtomicU64::new(0);
    thread::scope(|scope| scope.spawn(|| number.store(1, SeqCst)).join()).unwrap_or(());
    let from_thread = number.load(SeqCst);
    number.store(2, SeqCst);
    let to_thread = thread::scope(|scope| scope.spawn(|| number.load(SeqCst)).join()).unwrap_or(0);
    // A process that could not be started has written and read nothing.
    let _ = process::fork(|| number.store(3, SeqCst)).join();
    let from_process = number.load(SeqCst);
    let to_process = in_process_after_a_write(&number, 4);
    let starter = "the thread that started it";
    let sights = [
        ("a thread", starter, from_thread),
        (starter, "a thread", to_thread),
        ("a child process", "its parent", from_process),
        ("the parent", "its child process", to_process),
    ];
    let sight = |(written, (writer, reader, read))| Sight { writer, reader, written, read };
    Isolation { sights: (1..).zip(sights).map(sight).collect() }
}

/// Starts a child, writes `value` here, and only then lets the child read.
fn in_process_after_a_write(number: &AtomicU64, value: u64) -> u64 {
    let Ok((mut go, wait)) = UnixStream::pair() else { return 0 };
    let child = process::fork(|| {
        let _ = (&wait).read(&mut [0]);
        number.load(SeqCst)
    });
    number.store(value, SeqCst);
    let _ = go.write_all(b"!");
    child.join().unwrap_or(0)
}

impl Isolation {
    /// What was seen, as a table.
    pub fn figure(&self) -> Figure {
        let row = |sight: &Sight| {
            let memory = if sight.seen() { "shared" } else { "each its own" };
            let [written, read] = [sight.written, sight.read].map(|number| number.to_string());
            [sight.writer.into(), sight.reader.into(), written, read, memory.into()]
        };
        let table = Table::default().words(["who wrote", "who read"]).numbers(["written", "read"]);
        let table = table.words(["memory"]).rows(self.sights.iter().map(row));
        let unseen: Vec<&str> =
            self.sights.iter().filter(|sight| !sight.seen()).map(|sight| sight.writer).collect();
        let unseen = if unseen.is_empty() {
            "nothing".to_owned()
        } else {
            format!("what {} wrote", format::list(&unseen))
        };
        Figure::table(format!("not seen on the other side: {unseen}"), table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_see_writes_and_processes_do_not() {
        let isolation = isolation();
        let read: Vec<u64> = isolation.sights.iter().map(|sight| sight.read).collect();
        assert_eq!(read, [1, 2, 2, 2]);
        assert!(
            isolation
                .figure()
                .text()
                .lines()
                .any(|line| line.starts_with("a child process") && line.ends_with("each its own"))
        );
    }
}
