//! Who waits for whom when nobody can go on.

use serde::{Deserialize, Serialize};

use crate::run::{Held, Operation, Place, Run};

/// A thread that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Which thread; 0 is `main`.
    pub thread: usize,
    /// What it was about to do: "locks", "receives", "joins".
    pub what: String,
    /// Where.
    pub place: Place,
    /// Which thread it waits for, as far as that is known: it holds the lock, or used the other end of the channel last.
    pub on: Option<usize>,
    /// Where that thread took what it holds.
    pub taken: Option<Place>,
}

/// All threads that wait, those of a circle first, in its order.
pub(crate) fn waits(run: &Run) -> Vec<Wait> {
    let stands = run.threads.iter().enumerate();
    let mut waits: Vec<Wait> =
        stands.filter_map(|(thread, stand)| Some(wait(run, thread, stand.next?))).collect();
    let circle = circle(&waits);
    let place = |wait: &Wait| circle.iter().position(|thread| *thread == wait.thread);
    waits.sort_by_key(|wait| place(wait).unwrap_or(usize::MAX));
    waits
}

fn wait(run: &Run, thread: usize, Operation { kind, object, at }: Operation) -> Wait {
    let joins = kind == "joins";
    let held = |held: &&Held| !joins && held.object == object;
    // Of several who read, one who waits keeps the others waiting.
    let holder = run.held.iter().rev().find(held);
    let on = if joins { Some(object) } else { holder.map(|held| held.thread) };
    let taken = holder.map(|held| Place::of(held.at));
    Wait { thread, what: kind.to_owned(), place: Place::of(at), on, taken }
}

/// Threads each of which waits for the next, and the last for the first; empty if there is no circle.
pub fn circle(waits: &[Wait]) -> Vec<usize> {
    let on = |thread: usize| waits.iter().find(|wait| wait.thread == thread).and_then(|wait| wait.on);
    for wait in waits {
        let mut path = vec![wait.thread];
        while let Some(next) = path.last().and_then(|last| on(*last)) {
            if let Some(start) = path.iter().position(|thread| *thread == next) {
                return path.split_off(start);
            }
            path.push(next);
        }
    }
    Vec::new()
}
