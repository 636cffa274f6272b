//! A log that lines are written to, and who wrote them.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

/// Where a function writes its lines. Clones write to the same log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: Arc<Mutex<Vec<Line>>>,
    /// Writers of this name are held up before each line, so that luck cannot bring about an order.
    slowed: Option<(&'static str, Duration)>,
}

/// One line of a log.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) writer: String,
    pub(super) line: usize,
    pub(super) thread: ThreadId,
}

impl Log {
    /// A log that holds up every writer of the given name.
    pub(super) fn slowing(writer: &'static str, delay: Duration) -> Self {
        Self { lines: Arc::default(), slowed: Some((writer, delay)) }
    }

    /// Writes one numbered line in the name of `writer`.
    pub fn write(&self, writer: &str, line: usize) {
        if let Some((_, delay)) = self.slowed.filter(|(slowed, _)| *slowed == writer) {
            std::thread::sleep(delay);
        }
        let line = Line { writer: writer.to_owned(), line, thread: std::thread::current().id() };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// What was written, in order.
    pub(super) fn lines(&self) -> Vec<Line> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The lines as one reads them: "first 1, second 1".
    pub(super) fn text(&self) -> String {
        let text = |line: &Line| format!("{} {}", line.writer, line.line);
        self.lines().iter().map(text).collect::<Vec<_>>().join(", ")
    }
}
