//! Shows what a long step does and how long it took: a moving line on a terminal, whole lines elsewhere.

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressFinish, ProgressStyle};
use std::io::IsTerminal;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// All moving lines, so that steps that run at the same time keep to a line each.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

const COUNTED: &str = "{prefix} [{bar:24}] {pos}/{len} {elapsed} {wide_msg}";
const OPEN: &str = "{spinner} {prefix} {elapsed} {wide_msg}";

/// One long step of set-up or of a run.
pub struct Step {
    what: String,
    started: Instant,
    /// The moving line; none where there is no terminal.
    bar: Option<ProgressBar>,
}

impl Step {
    /// Starts a step whose length is not known yet.
    pub fn start(what: impl Into<String>) -> Self {
        let what = what.into();
        let started = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = BARS.add(ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear));
            bar.set_style(style(OPEN));
            bar.set_prefix(what.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("{what} ...");
        }
        Self { what, started, bar }
    }

    /// Says what is being done within the step. Shown on a terminal only.
    pub fn note(&self, note: impl Into<String>) {
        if let Some(bar) = &self.bar {
            bar.set_message(note.into());
        }
    }

    /// Says that part `done` of `length` has been reached. Shown on a terminal only.
    pub fn at(&self, done: u64, length: u64) {
        if let Some(bar) = &self.bar {
            if bar.length() != Some(length) {
                bar.set_style(style(COUNTED));
                bar.set_length(length);
            }
            bar.set_position(done);
        }
    }

    /// Ends the step and says how long it took.
    pub fn done(self) {
        self.done_with("");
    }

    /// Ends the step, says how long it took and `remark`.
    pub fn done_with(self, remark: &str) {
        let gap = if remark.is_empty() { "" } else { ", " };
        let line = format!("{}: done in {}{gap}{remark}", self.what, HumanDuration(self.started.elapsed()));
        drop(self.bar);
        BARS.suspend(|| eprintln!("{line}"));
    }
}

fn style(layout: &str) -> ProgressStyle {
    ProgressStyle::with_template(layout).expect("the layout is well formed").progress_chars("=> ")
}
