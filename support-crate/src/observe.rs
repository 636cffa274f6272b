//! The recorder and the stop button told of processes, and they of both: the one place that knows all.

use std::sync::Once;

use crate::process::{self, Observer};
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
        process::observe(|| &Recorder);
    });
}

struct Recorder;

impl Observer for Recorder {
    fn flag(&self) -> u64 {
        trace::flag_for_child()
    }

    fn follow(&self, flag: u64) {
        trace::follow(flag);
    }

    fn report(&self) -> Vec<u8> {
        trace::take_for_parent()
    }

    fn absorb(&self, report: &[u8]) {
        trace::absorb(report);
    }

    fn child_started(&self, pid: u32) {
        trace::child_started(pid);
    }

    fn runs(&self, function: &str) {
        // A closure has no name that says anything, nor has a function pointer.
        if let Some(name) = function.rsplit("::").next().filter(|_| !function.contains(['{', '<', '('])) {
            trace::name_process(name);
        }
    }

    fn stop_asked(&self) -> bool {
        stop::stop_asked()
    }

    fn hide_thread(&self) {
        trace::hide_thread();
    }

    fn hold_for_fork(&self) -> Box<dyn FnOnce()> {
        let held = trace::hold_for_fork();
        Box::new(|| held.in_child())
    }
}
