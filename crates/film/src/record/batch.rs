//! What a process, or the sampler, recorded, on its way into a recording.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::recording::Thread;

/// What was recorded since the last report; self-contained, so that batches may come in any order.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Batch {
    /// The recording it belongs to.
    pub id: u64,
    pub events: Vec<Event>,
    pub threads: Vec<Thread>,
    pub lost: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_a_batch_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = postcard::from_bytes::<Batch>(&bytes);
        }
    }
}
