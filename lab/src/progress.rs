//! Shows what a long step does and how long it took: a moving line on a terminal, whole lines elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// One long step of set-up or of a run.
pub struct Step {
    bar: ProgressBar,
    what: String,
    started: Instant,
    terminal: bool,
}

impl Step {
    /// Starts a step whose length is not known.
    pub fn start(what: impl Into<String>) -> Self {
        Self::new(what.into(), None)
    }

    /// Starts a step of `length` parts.
    pub fn of(what: impl Into<String>, length: u64) -> Self {
        Self::new(what.into(), Some(length))
    }

    fn new(what: String, length: Option<u64>) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = match length {
            Some(length) => ProgressBar::new(length),
            None => ProgressBar::new_spinner(),
        };
        if terminal {
            let layout = match length {
                Some(_) => "{prefix} [{bar:24}] {pos}/{len} {elapsed} {wide_msg}",
                None => "{spinner} {prefix} {elapsed} {wide_msg}",
            };
            bar.set_style(
                ProgressStyle::with_template(layout)
                    .expect("the layout is well formed")
                    .progress_chars("=> "),
            );
            bar.set_prefix(what.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            eprintln!("{what} ...");
        }
        Self { bar, what, started: Instant::now(), terminal }
    }

    /// Says what is being done within the step. Shown on a terminal only.
    pub fn note(&self, note: impl Into<String>) {
        self.bar.set_message(note.into());
    }

    /// Says that part `done` of `length` has been reached. Shown on a terminal only.
    pub fn at(&self, done: u64, length: u64) {
        if self.terminal && self.bar.length() != Some(length) {
            let layout = "{prefix} [{bar:24}] {pos}/{len} {elapsed} {wide_msg}";
            self.bar.set_style(
                ProgressStyle::with_template(layout)
                    .expect("the layout is well formed")
                    .progress_chars("=> "),
            );
        }
        self.bar.set_length(length);
        self.bar.set_position(done);
    }

    /// Prints a whole line without disturbing the moving one.
    pub fn line(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }

    /// Ends the step and says how long it took.
    pub fn done(self) {
        self.done_with("");
    }

    /// Ends the step, says how long it took and `remark`.
    pub fn done_with(self, remark: &str) {
        self.bar.finish_and_clear();
        let gap = if remark.is_empty() { "" } else { ", " };
        eprintln!("{}: done in {}{gap}{remark}", self.what, seconds(self.started.elapsed()));
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// `850 ms`, `2.4 s`, `3 min 05 s`: two figures are enough for a wait.
pub fn seconds(time: Duration) -> String {
    let total = time.as_secs_f64();
    if total < 1.0 {
        format!("{:.0} ms", total * 1000.0)
    } else if total < 60.0 {
        format!("{total:.1} s")
    } else {
        format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_told_in_the_unit_that_fits() {
        assert_eq!(seconds(Duration::from_millis(850)), "850 ms");
        assert_eq!(seconds(Duration::from_millis(2_440)), "2.4 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
