//! The recorder and the stop button told of processes, and they of both: the one place that knows all.

use std::sync::Once;

use crate::process::{self, Observer};
use crate::workload::words;
use crate::{cell, stop, trace};

/// Has processes that are started from now on recorded, and waits for them ended by the stop button. The lab's kernel calls it
/// before the reader's first cell; so does everything that measures or records, which may run in another kernel.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if cell::runs_here() {
            stop::listen();
            cell::tell_panics();
        }
        process::observe(|| &RECORDER);
    });
}

static RECORDER: Observer = Observer {
    flag: trace::flag_for_child,
    follow: trace::follow,
    report: trace::take_for_parent,
    absorb: trace::absorb,
    child_started: trace::child_started,
    runs,
    hosted: |number, behind| trace::stand_as(&format!("rank {number}"), behind),
    stop_asked: stop::stop_asked,
    hide_thread: trace::hide_thread,
    hold_for_fork: || {
        let held = trace::hold_for_fork();
        Box::new(|| held.in_child())
    },
};

fn runs(function: &str) {
    if let Some(name) = words::function(function) {
        trace::name_process(name);
    }
}
