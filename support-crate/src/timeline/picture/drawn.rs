//! A lane as it is drawn: its rows, packed or cut off where there are too many.

use crate::format;
use crate::timeline::lane::Lane;
use crate::timeline::tell;
use crate::trace::{By, Row, packed, rows};

use super::colours::Colours;

/// With more rows than this, tasks are packed, and other rows are cut off.
const MOST_ROWS: usize = 40;
/// Of more packed rows than this, some are drawn, evenly chosen.
const MOST_PACKED: usize = 100;

/// A lane's rows and what their colours stand for.
pub(super) struct Drawn<'a> {
    pub lane: &'a Lane,
    pub rows: Vec<Row>,
    /// Rows hold several tasks each and have no names.
    pub packed: bool,
    /// How many rows there are, drawn or not.
    pub all_rows: usize,
    pub colours: Colours,
}

impl<'a> Drawn<'a> {
    pub fn new(lane: &'a Lane, by: By, single: bool) -> Self {
        let mut all = rows(&lane.trace, by);
        let tasks = lane.trace.actors.iter().any(|actor| !actor.is_thread());
        let pack = by == By::Task && tasks && (!single || all.len() > MOST_ROWS);
        if pack {
            all = packed(all);
        }
        let all_rows = all.len();
        if pack {
            all = all.into_iter().step_by(all_rows.div_ceil(MOST_PACKED).max(1)).collect();
        } else {
            all.truncate(MOST_ROWS);
        }
        let colours = match lane.model {
            Some(model) => Colours::one(model.look().colour),
            None => Colours::of_rows(&lane.trace, &all, by == By::Task && !pack),
        };
        Self { lane, rows: all, packed: pack, all_rows, colours }
    }

    /// How long, and how many at once, in few words.
    pub fn facts(&self) -> String {
        if self.lane.trace.recording.events.is_empty() {
            return "failed".to_owned();
        }
        let facts = &self.lane.facts;
        let workers = match facts.pids.len() {
            0 | 1 => format::plural(facts.threads as u64, "thread"),
            processes => format::plural(processes as u64, "process"),
        };
        format!("{} · {workers}", tell::time(self.lane.trace.length()))
    }
}
