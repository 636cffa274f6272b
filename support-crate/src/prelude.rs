//! Everything a notebook cell needs, by one `use concurrency_lab::prelude::*;`.

pub use crate::error::{Error, ErrorKind};
pub use crate::figures::compare_machines;
pub use crate::lesson::demo::{
    Lock, Sight, heartbeat, heartbeat_of, isolation, race, server_load, sharing, survive, survivors, timed,
};
pub use crate::lesson::map::{map, map_with};
pub use crate::lesson::predict::{NoGuess, predict};
pub use crate::lesson::scheduler::{be_the_scheduler, explore, on_real_cores, replay};
pub use crate::lesson::{advise::advise, check, ledger::ledger, python::python, tally::tally};
pub use crate::machine::{Machine, allowed_cores, cores, first_core, machine, on_cores};
pub use crate::measure::{
    Comparison, Growth, MessageCosts, Reach, Scaling, UnitCosts, compare, growth, message_costs,
    message_costs_to, scaling, unit_costs,
};
pub use crate::model::Model::{self, Async, AsyncOn, Pool, Processes, Ranks, Sequential, Spawned, Threads};
pub use crate::model::values;
pub use crate::process;
pub use crate::step;
pub use crate::stop::stop_asked;
pub use crate::timeline::{Film, Slices, Timeline, film, orders, slices, task_slices};
pub use crate::trace::watch;
pub use crate::units::{KIB, MIB, ms, secs, us};
pub use crate::workload::yield_in_turn;
pub use crate::workload::{
    Blur, Compute, Downloads, Files, Primes, Queries, Tasks, Waits, Workload, busy, pause,
};
pub use crossbeam;
pub use rayon;
pub use std::time::Duration;
pub use task_value::{replayed, task_value};
pub use tokio;
