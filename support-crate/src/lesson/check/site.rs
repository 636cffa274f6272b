//! A make-believe web site that knows how many of its pages are being fetched at once.

use std::sync::Arc;

use super::answer::answer;
use super::gate::Gate;
use super::reply::require;
use crate::units::ms;

/// How often a fetch gives way before it stops waiting for company; counted, not timed, so no clock can decide.
const TURNS: usize = 200;

/// A web site. [`Site::fetch`] gives way while it waits.
#[derive(Clone, Debug)]
pub struct Site {
    pub(super) gate: Arc<Gate>,
    pages: usize,
}

impl Site {
    /// A site of so many pages whose fetches linger until `together` are in flight.
    pub(super) fn new(pages: usize, together: usize) -> Self {
        Self { gate: Arc::new(Gate::new(together, ms(100))), pages }
    }

    /// Fetches a page: awaiting it gives other tasks their turn.
    pub async fn fetch(&self, page: usize) -> u64 {
        let place = self.gate.enter(page);
        for _ in 0..TURNS {
            if self.gate.met() {
                break;
            }
            tokio::task::yield_now().await;
        }
        // A few turns more, so that a crowd has the time to gather, and so that later pages end first.
        for _ in 0..(8 + 2 * self.pages.saturating_sub(page)) {
            tokio::task::yield_now().await;
        }
        // A fetch that is dropped half-way never leaves.
        self.gate.leave(place);
        answer(page)
    }

    /// Each page has to have been fetched once, to the end.
    pub(super) fn each_fetched_once(&self) -> Result<(), String> {
        let fetched = self.gate.numbers().len();
        require!(fetched > 0, "no page was ever asked for: a future that nobody awaits does nothing");
        self.gate.all_done("page", "fetched", self.pages, "await every task")
    }
}
