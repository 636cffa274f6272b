//! A finished recording: plain data, everything a timeline is made from.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cost::Cost;
use super::event::{Event, Who};

/// A thread that recorded something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Thread {
    /// Process it belongs to.
    pub pid: u32,
    /// The system's number for it; equal to `pid` for a process's first thread.
    pub tid: u32,
    /// Its name, if it was given one.
    pub name: Option<String>,
}

/// What a recording took from the core scheduler's books, for this process and its finished children.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextSwitches {
    /// A thread gave its core away: it waited.
    pub voluntary: u64,
    /// The system took the core away from a thread that wanted to run on.
    pub involuntary: u64,
}

/// Everything that was recorded between a start and an end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Nanoseconds by the monotonic clock when it began.
    pub start: u64,
    /// Nanoseconds by the monotonic clock when it ended.
    pub end: u64,
    /// In the order of time.
    pub events: Vec<Event>,
    /// Texts that events point to.
    pub labels: Vec<String>,
    /// Threads, in the order in which they first recorded something.
    pub threads: Vec<Thread>,
    /// Names of watched futures: process, whom, name.
    pub names: Vec<(u32, Who, String)>,
    /// Names of child processes.
    pub processes: Vec<(u32, String)>,
    /// The thread that started the recording: process and thread number.
    pub home: (u32, u32),
    /// Threads that were still there at the end: process and thread number.
    pub alive: Vec<(u32, u32)>,
    /// Events that did not fit.
    pub lost: u64,
    /// Messages of children that could not be read.
    pub damaged: u64,
    /// What recording one event cost.
    pub cost: Cost,
    /// Context switches while it was recorded.
    pub context_switches: ContextSwitches,
}

impl Recording {
    /// The text of an event's label, if it has one.
    pub fn label(&self, event: &Event) -> Option<&str> {
        self.labels.get(event.label as usize).map(String::as_str)
    }

    /// Nanoseconds from start to end.
    pub fn length(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

/// What one process recorded since it last reported; self-contained, so that batches may come in any order.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// The recording it belongs to.
    pub id: u64,
    pub events: Vec<Event>,
    pub labels: Vec<String>,
    pub threads: Vec<Thread>,
    pub names: Vec<(u32, Who, String)>,
    pub processes: Vec<(u32, String)>,
    pub lost: u64,
}

/// Texts by number, each kept once.
#[derive(Debug, Default)]
pub(super) struct Labels(HashMap<String, u32>);

impl Labels {
    /// The number of `text`; `None` when there is no room for another.
    pub(super) fn number(&mut self, text: &str, room: usize) -> Option<u32> {
        if let Some(&number) = self.0.get(text) {
            return Some(number);
        }
        let number = self.0.len();
        if number >= room.min(Event::NO_LABEL as usize) {
            return None;
        }
        self.0.insert(text.to_owned(), number as u32);
        Some(number as u32)
    }

    /// All texts, each at the place of its number.
    pub(super) fn list(&self) -> Vec<String> {
        let mut texts = vec![String::new(); self.0.len()];
        for (text, &number) in &self.0 {
            texts[number as usize].clone_from(text);
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once_and_found_at_its_number() {
        let mut labels = Labels::default();
        let numbers: Vec<_> = ["a", "b", "a", "c"].map(|text| labels.number(text, 3)).into();
        assert_eq!(numbers, [Some(0), Some(1), Some(0), Some(2)]);
        assert_eq!(labels.number("d", 3), None);
        assert_eq!(labels.list(), ["a", "b", "c"]);
    }
}
