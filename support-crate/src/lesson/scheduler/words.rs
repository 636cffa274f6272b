//! What schedules are told in.

use schedule::Place;

use crate::cell;

/// What a thread is called.
pub(super) fn thread(number: usize) -> String {
    if number == 0 { "main".to_owned() } else { format!("thread {number}") }
}

/// A place in the reader's own words; in a file its name and line.
pub(super) fn place(place: &Place) -> String {
    cell::words_at(&(place.file.clone(), place.line)).unwrap_or_else(|| {
        let name = place.file.rsplit('/').next().unwrap_or_default();
        format!("{name}:{}", place.line)
    })
}
