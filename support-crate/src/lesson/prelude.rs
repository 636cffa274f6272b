//! The lesson's part of what a notebook cell sees.

pub use super::advise::advise;
pub use super::check;
pub use super::demo::{
    Lock, Sight, heartbeat, heartbeat_of, isolation, race, server_load, sharing, survive, survivors, timed,
    turns,
};
pub use super::ledger::{ledger, ledger_of};
pub use super::map::{map, map_with};
pub use super::predict::predict;
pub use crate::workload::yield_in_turn;
