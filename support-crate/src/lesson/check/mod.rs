//! Exercise checks: `check::name(your_function)` answers in a sentence or two.
//!
//! A check looks at what a function did (how many tasks were in flight together, on which threads and in which
//! processes, in what order, with which answers) and never at how long it took, so an answer is the same on one core
//! and on many. The function runs under watch: it may panic, lock itself up or never end, and the notebook goes on.

mod all_at_once;
mod at_most;
mod bank;
mod choose;
mod chunks;
mod count_up;
mod elsewhere;
mod errand;
mod fetch_all;
mod gate;
mod give_way;
mod in_processes;
mod in_turn;
mod interleave;
mod job;
mod keep_beating;
mod log;
mod look_up;
mod my_task;
mod one_by_one;
mod query;
mod reply;
mod site;
mod survive;
mod take_turns;
mod transfer;

pub use all_at_once::all_at_once;
pub use at_most::at_most;
pub use bank::{Account, Balance};
pub use choose::{Situation, choose};
pub use chunks::chunks;
pub use count_up::{Tally, count_up};
pub use elsewhere::elsewhere;
pub use errand::{Errand, Receipt};
pub use fetch_all::fetch_all;
pub use give_way::{Work, give_way};
pub use in_processes::in_processes;
pub use in_turn::in_turn;
pub use interleave::interleave;
pub use job::Job;
pub use keep_beating::{Heart, LongWork, keep_beating};
pub use log::Log;
pub use look_up::{Cache, Source, look_up};
pub use my_task::my_task;
pub use one_by_one::one_by_one;
pub use query::{Database, query};
pub use reply::{Reply, Standing};
pub use site::Site;
pub use survive::survive;
pub use take_turns::take_turns;
pub use transfer::transfer;
