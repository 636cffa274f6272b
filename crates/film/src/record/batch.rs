//! What a child process recorded, on its way to the parent.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::event::{Event, Who};
use crate::recording::Thread;

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
    use proptest::prelude::*;

    #[test]
    fn a_text_is_kept_once_and_found_at_its_number() {
        let mut labels = Labels::default();
        let numbers: Vec<_> = ["a", "b", "a", "c"].map(|text| labels.number(text, 3)).into();
        assert_eq!(numbers, [Some(0), Some(1), Some(0), Some(2)]);
        assert_eq!(labels.number("d", 3), None);
        assert_eq!(labels.list(), ["a", "b", "c"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_batch_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = postcard::from_bytes::<Batch>(&bytes);
        }
    }
}
