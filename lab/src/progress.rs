//! Shows what a long step does and how long it took: a moving line on a terminal, whole lines elsewhere.

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressFinish, ProgressStyle};
use std::sync::LazyLock;
use std::time::Duration;

/// All moving lines, so that steps that run at the same time keep to a line each.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

const COUNTED: &str = "{prefix} [{bar:24}] {pos}/{len} {elapsed} {wide_msg}";
const OPEN: &str = "{spinner} {prefix} {elapsed} {wide_msg}";

/// One long step of set-up or of a run: its moving line, which is hidden where there is no terminal.
pub struct Step(ProgressBar);

impl Step {
    /// Starts a step whose length is not known yet.
    pub fn start(what: impl Into<String>) -> Self {
        let bar = ProgressBar::new_spinner().with_finish(ProgressFinish::AndClear).with_prefix(what.into());
        let bar = BARS.add(bar.with_style(style(OPEN)));
        if bar.is_hidden() {
            eprintln!("{} ...", bar.prefix());
        } else {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Self(bar)
    }

    /// Says what is being done within the step. Shown on a terminal only.
    pub fn note(&self, note: impl Into<String>) {
        self.0.set_message(note.into());
    }

    /// Says that part `done` of `length` has been reached. Shown on a terminal only.
    pub fn at(&self, done: u64, length: u64) {
        if self.0.length() != Some(length) {
            self.0.set_style(style(COUNTED));
            self.0.set_length(length);
        }
        self.0.set_position(done);
    }

    /// Shows how far a Cargo build is by a line that it wrote: its bar reads `Building [==>  ] 102/367: name`.
    pub fn follow_cargo(&self, line: &str) {
        if let Some((done, total)) = counts(line) {
            self.at(done, total);
        }
        if let Some(name) = line.strip_prefix("Compiling ") {
            self.note(name.split(" (").next().unwrap_or(name).to_owned());
        }
    }

    /// Ends the step and says how long it took.
    pub fn done(self) {
        self.done_with("");
    }

    /// Ends the step, says how long it took and `remark`.
    pub fn done_with(self, remark: &str) {
        let gap = if remark.is_empty() { "" } else { ", " };
        let line = format!("{}: done in {}{gap}{remark}", self.0.prefix(), HumanDuration(self.0.elapsed()));
        drop(self);
        BARS.suspend(|| eprintln!("{line}"));
    }
}

fn style(layout: &str) -> ProgressStyle {
    ProgressStyle::with_template(layout).expect("the layout is well formed").progress_chars("=> ")
}

fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.strip_prefix("Building [")?.split_once("] ")?;
    let (done, total) = rest.split(':').next()?.split_once('/')?;
    Some((done.trim().parse().ok()?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_own_progress_is_read() {
        assert_eq!(counts("Building [=====>      ] 102/367: ra_ap_hir, syn"), Some((102, 367)));
        assert_eq!(counts("Compiling syn v2.0.1"), None);
    }
}
