//! Who sees a write: each process has its own memory, threads share theirs.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::thread;

use crate::chart::{Figure, Table};
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
    /// What was seen as words and a table.
    pub fn figure(&self) -> Figure {
        let (mut words, mut rows) = (Vec::new(), Vec::new());
        for sight @ Sight { writer, reader, written, read } in &self.sights {
            let (but, memory) = match sight.seen() {
                true => ("and", "the memory is shared"),
                false => ("but", "each has its own memory"),
            };
            words.push(format!("{writer} wrote {written}, {but} {reader} read {read}: {memory}."));
            rows.push([writer.to_string(), reader.to_string(), written.to_string(), read.to_string()]);
        }
        let table = Table::default().words(["who wrote", "who read"]).numbers(["written", "read"]).rows(rows);
        Figure::table("one number, written on one side and read on the other", table)
            .with_prose(words.join("\n"))
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
        assert!(isolation.figure().text().contains("A child process wrote 3, but its parent read 2"));
    }
}
