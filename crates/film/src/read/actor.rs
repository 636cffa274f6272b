//! Whom a row is about, and what it is called.

use std::collections::{BTreeSet, HashMap};

use crate::event::{Event, EventKind, Who};
use crate::recording::Recording;

use super::span::State;

/// How someone's story ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was finished.
    Done,
    /// It panicked, or was dropped before it was finished.
    Dropped,
    /// It was still there when the recording ended, or nobody said how it ended.
    Open,
}

/// Whom an event is about: the same number is another one in another process, or, for threads, another thread.
pub(super) fn key(who: Who, event: &Event) -> (Who, u32, u32) {
    match who {
        Who::Thread => (who, event.pid, event.tid),
        Who::Task(_) => (who, 0, 0),
        Who::Watched(_) | Who::Tokio(_) => (who, event.pid, 0),
    }
}

/// A task, or a thread's own code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// For rows: "task 3", "do_first", "thread 1", "main", "process 1 (pid 1234)".
    pub name: String,
    /// By the recorder's numbering.
    pub who: Who,
    /// Place in the recording's threads: where it was first seen.
    pub thread: u32,
    /// How it ended.
    pub ending: Ending,
    /// What it was last seen doing.
    pub last: Option<State>,
    /// Whether it is known to be a future.
    pub future: bool,
    /// A thread that was there before the recording began.
    pub was_there: bool,
}

impl Actor {
    pub(super) fn new(who: Who, thread: u32, was_there: bool) -> Self {
        Self {
            name: String::new(),
            who,
            thread,
            ending: Ending::Open,
            last: None,
            future: matches!(who, Who::Watched(_) | Who::Tokio(_)),
            was_there,
        }
    }

    /// Whether it is a thread's own code rather than a task.
    pub fn is_thread(&self) -> bool {
        self.who.is_thread()
    }
}

/// Gives every actor its name: the one it was given, or else a number in the order of appearance.
pub(super) fn names(actors: &mut [Actor], recording: &Recording) {
    let mut threads = thread_names(recording).into_iter().map(Some).collect::<Vec<_>>();
    let mut tokio_tasks = 0;
    let mut times = HashMap::new();
    for actor in actors {
        let name = match actor.who {
            Who::Thread => {
                actor.name = threads[actor.thread as usize].take().unwrap_or_default();
                continue;
            }
            Who::Task(index) => format!("task {index}"),
            Who::Watched(_) => std::mem::take(&mut actor.name),
            Who::Tokio(_) => {
                tokio_tasks += 1;
                format!("task {tokio_tasks}")
            }
        };
        actor.name = numbered(name, &mut times);
    }
}

/// A name that was given before, with its number.
fn numbered(name: String, times: &mut HashMap<String, usize>) -> String {
    let seen = times.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
    if *seen == 1 { name } else { format!("{name} #{seen}") }
}

/// Names of the recording's threads, in their order.
pub fn thread_names(recording: &Recording) -> Vec<String> {
    let begun = recording.events.iter().filter(|event| event.kind == EventKind::Begin);
    let given: HashMap<u32, &str> =
        begun.filter_map(|event| Some((event.pid, event.label.as_deref()?))).collect();
    // What a process recorded comes home when it ends, so the order in which they were started is that of their ids.
    let children = recording.threads.iter().map(|thread| thread.pid).filter(|pid| *pid != recording.home.0);
    let children: BTreeSet<u32> = children.collect();
    let processes: HashMap<u32, usize> = children.into_iter().zip(1..).collect();
    let mut unnamed = 0;
    let mut times = HashMap::new();
    let names = recording.threads.iter().map(|thread| {
        let (pid, tid) = (thread.pid, thread.tid);
        if (pid, tid) == recording.home {
            return "main".to_owned();
        }
        if pid != recording.home.0 {
            let number = processes[&pid];
            let process = given.get(&pid).map_or(format!("process {number}"), |name| (*name).to_owned());
            return match &thread.name {
                _ if pid == tid => format!("{process} (pid {pid})"),
                Some(name) => format!("{name} (pid {pid})"),
                None => format!("a thread of {process} (pid {pid})"),
            };
        }
        match &thread.name {
            Some(name) if !name.trim().is_empty() => name.clone(),
            _ => {
                unnamed += 1;
                format!("thread {unnamed}")
            }
        }
    });
    names.map(|name| numbered(name, &mut times)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Thread;
    use crate::testing::Script;

    fn thread(pid: u32, tid: u32, name: Option<&str>) -> Thread {
        Thread { pid, tid, name: name.map(str::to_owned) }
    }

    #[test]
    fn threads_and_processes_are_numbered_in_order_of_appearance() {
        let recording = Recording {
            home: (1, 5),
            threads: vec![
                thread(1, 5, Some("anything")),
                thread(1, 6, None),
                thread(1, 7, Some("worker")),
                thread(1, 8, None),
                thread(1, 9, Some("worker")),
                thread(20, 20, Some("kernel")),
                thread(30, 30, None),
                thread(30, 31, None),
            ],
            ..Recording::default()
        };
        let script = Script::new(1).at(0, (30, 30), None, Who::Thread, EventKind::Begin).called("do_second");
        let recording = Recording { events: script.recording().events, ..recording };
        let expected = [
            "main",
            "thread 1",
            "worker",
            "thread 2",
            "worker #2",
            "process 1 (pid 20)",
            "do_second (pid 30)",
            "a thread of do_second (pid 30)",
        ];
        assert_eq!(thread_names(&recording), expected);
    }
}
