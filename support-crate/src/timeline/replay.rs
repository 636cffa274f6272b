//! The timeline of a comparison: one warm run of every model, filmed, all on one time axis.

use std::time::Instant;

use crate::error::Error;
use crate::machine::Meter;
use crate::measure::{Comparison, Replay};
use crate::model::Model;
use crate::trace::{Recording, Session, Trace};

use super::lane::Lane;
use super::view::Timeline;

impl Comparison {
    /// Films one more run of every model: all under each other, each from its own beginning, on one time axis.
    ///
    /// Filming is left out of the comparison's samples. A comparison that was loaded from a file cannot run again
    /// and says so.
    ///
    /// ```
    /// use concurrency_lab::prelude::*;
    /// let result = compare(Waits { tasks: 4, wait: ms(2) }).models([Sequential, Async]).rounds(2).run();
    /// let timeline = result.timeline();
    /// assert_eq!(timeline.lanes()[1].facts.threads, 1);
    /// ```
    pub fn timeline(&self) -> Timeline {
        if let Some(problem) = &self.problem {
            return Timeline::of_problem(problem);
        }
        let Some(replay) = &self.replay else {
            return Timeline::of_problem(
                "this comparison was loaded from a file, which holds its samples but no timeline; run `compare` again, \
                 then call `.timeline()`",
            );
        };
        let (mut meter, start) = (Meter::start(), Instant::now());
        let lanes = self.lanes.iter().filter(|lane| !lane.control);
        let lanes = lanes.map(|lane| {
            let refused = |reason| Err(Error::failed(reason));
            let filmed = lane.failure().map_or_else(|| filmed(replay, lane.model), refused);
            let (trace, clock_error, failure) = match filmed {
                Ok((recording, clock_error)) => (Trace::new(recording), clock_error, None),
                Err(error) => (Trace::default(), None, Some(error.to_string())),
            };
            Lane { failure, clock_error, ..Lane::new(lane.name.clone(), Some(lane.model), trace) }
        });
        let mut timeline = Timeline::new(lanes.collect(), self.machine.clone());
        timeline.foreign = meter.read().foreign_share(start.elapsed());
        timeline.title = Some(format!("{}, one run a model", self.workload.title));
        timeline
    }
}

/// One run to warm up, and one on film, with the error of the clocks.
fn filmed(replay: &Replay, model: Model) -> Result<(Recording, Option<u64>), Error> {
    let (_on_its_cores, mut runner) = replay.start(model)?;
    runner.run()?;
    crate::observe::install();
    let session = Session::start().map_err(|error| Error::bad_input(error.to_string()))?;
    let ran = runner.run();
    let recording = session.finish();
    ran.map(|_| (recording, runner.clock_error()))
}
