//! What the costs of messages say.

use super::Verdict;
use crate::format;
use crate::measure::{Interval, MessageCosts, WayCosts};

impl MessageCosts {
    /// What this measurement says, in words.
    pub fn verdict(&self) -> Verdict {
        if let Some(problem) = &self.problem {
            return Verdict::of_problem(problem);
        }
        let empty = |way: &WayCosts| way.sizes.first().filter(|size| size.bytes == 0).cloned();
        let known: Vec<(&WayCosts, Interval, f64)> = self
            .ways
            .iter()
            .filter_map(|way| {
                let size = empty(way)?;
                Some((way, size.round_trip()?, size.seconds()?))
            })
            .collect();
        let ended = self.ended.as_deref().map(|why| format::sentence(&format!("{why}.")));
        let [(memory, _, near), .., (wire, _, far)] = known.as_slice() else {
            let headline = "Nothing can be said: too few rounds ended, or they differ too much".to_owned();
            return Verdict { headline, details: ended.into_iter().collect(), ..Verdict::default() };
        };
        let time = |seconds: f64| format::duration(seconds);
        let headline = format!(
            "an empty message and its answer take {} {}, {} {}: {} times as long",
            time(*near),
            memory.name,
            time(*far),
            wire.name,
            format::significant(far / near, 2)
        );
        let intervals = known
            .iter()
            .map(|(way, trip, _)| format!("{} [{}, {}]", way.name, time(trip.low), time(trip.high)));
        let most = |way: &WayCosts| {
            let size = way.sizes.last()?;
            let each_second = format::measured_bytes(2.0 * size.bytes as f64 / size.seconds()?);
            Some(format!(
                "{each_second} a second {} with messages of {}",
                way.name,
                format::measured_bytes(size.bytes as f64)
            ))
        };
        let much: Vec<String> = self.ways.iter().filter_map(most).collect();
        let details = [
            format!("95% intervals: {}.", format::list(&intervals.collect::<Vec<_>>())),
            format::sentence(&format!("{}.", format::list(&much))),
            format!(
                "A task whose order and value travel {} takes one such round trip beside its work: 1% of a task of {}.",
                wire.name,
                time(far * 100.0)
            ),
        ];
        let details = details.into_iter().chain(ended).collect();
        Verdict { headline, details, ..Verdict::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::SizeCosts;

    fn way(name: &str, empty: f64, large: f64) -> WayCosts {
        let size = |bytes, seconds| SizeCosts { bytes, round_trips: vec![seconds; 6] };
        WayCosts { name: name.to_owned(), sizes: vec![size(0, empty), size(1 << 20, large)] }
    }

    #[test]
    fn the_ways_are_held_against_each_other() {
        let ways = vec![way("through memory", 2e-6, 1e-3), way("to host one", 20.4e-3, 2.0)];
        let verdict = MessageCosts { ways, ..MessageCosts::default() }.verdict();
        let due = "an empty message and its answer take 2.00 µs through memory, 20.4 ms to host one: 10,000 times as long";
        assert_eq!(verdict.headline, due);
        assert!(verdict.details[1].starts_with("1.95 GiB a second through memory"), "{verdict}");
        assert!(verdict.details[2].ends_with("1% of a task of 2.04 s."), "{verdict}");
    }

    #[test]
    fn what_is_missing_is_the_only_sentence() {
        let problem = Some("MPI is not set up here".to_owned());
        let refused = MessageCosts { problem, ..MessageCosts::default() };
        assert_eq!(refused.verdict().to_string(), "MPI is not set up here.");
        assert!(MessageCosts::default().verdict().headline.starts_with("Nothing can be said"));
        let ended = Some("stopped by you, after 1 of 6 rounds".to_owned());
        let few = MessageCosts { ended, ..MessageCosts::default() }.verdict();
        assert_eq!(few.details, ["Stopped by you, after 1 of 6 rounds."]);
    }
}
