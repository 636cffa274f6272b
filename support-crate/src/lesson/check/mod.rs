//! Exercise checks: `check::name(your_function)` answers in a sentence or two.
//!
//! A check looks at what a function did (how many tasks were in flight together, on which threads and in which
//! processes, in what order, with which answers) and never at how long it took, so an answer is the same on one core
//! and on many. The function runs under watch: it may panic, lock itself up or never end, and the notebook goes on.

mod all_at_once;
mod at_most;
mod chunks;
mod fetch_all;
mod gate;
mod give_way;
mod interleave;
mod job;
mod one_by_one;
mod reply;
mod site;
mod survive;

pub use all_at_once::all_at_once;
pub use at_most::at_most;
pub use chunks::chunks;
pub use fetch_all::fetch_all;
pub use give_way::{Work, give_way};
pub use interleave::interleave;
pub use job::Job;
pub use one_by_one::one_by_one;
pub use reply::{Reply, Standing};
pub use site::Site;
pub use survive::survive;
