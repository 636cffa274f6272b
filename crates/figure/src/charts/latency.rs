//! How long requests took, sorted, as lines: with the slow ones drawn large enough to see.

use super::lines::{Line, LinePoint, LinesSeries};
use crate::caption::Caption;
use crate::draw::{Quantity, Values};
use crate::format;
use crate::look::Look;
use crate::table::Table;

/// How long the requests of one model took.
#[derive(Clone, Debug)]
pub struct LatencyLine {
    /// Its own look, the same in every figure; without one it has that of its place.
    pub look: Option<Look>,
    /// Its name.
    pub name: String,
    /// Seconds from the intended start to the answer, in any order.
    pub seconds: Vec<f64>,
    /// Requests that never got an answer.
    pub unanswered: u64,
}

/// Shares that are marked and told.
const MARKED: [f64; 5] = [0.5, 0.9, 0.99, 0.999, 1.0];

/// The smallest value that at least `share` of the sorted values do not exceed (nearest rank).
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// The figure of latencies: the share of requests that took at most so long. `of` is what was timed: "request".
pub fn latencies(caption: Caption, of: &str, mut lines: Vec<LatencyLine>) -> LinesSeries {
    for line in &mut lines {
        line.seconds.retain(|seconds| seconds.is_finite());
        line.seconds.sort_by(f64::total_cmp);
    }
    let lost = lines.iter().filter(|line| line.unanswered > 0).map(|line| {
        let are = if line.unanswered == 1 { "is" } else { "are" };
        format!("{}: {} got no answer and {are} not drawn", line.name, format::plural(line.unanswered, of))
    });
    let notes = lost.chain(caption.notes).collect();
    let ends = lines.iter().flat_map(|line| {
        let least = line.seconds.iter().find(|seconds| **seconds > 0.0);
        line.seconds.first().into_iter().chain(least).chain(line.seconds.last()).copied()
    });
    let ends: Vec<f64> = ends.collect();
    let least = ends.iter().copied().filter(|value| *value > 0.0).fold(f64::MAX, f64::min);
    let time = match ends.iter().copied().fold(0.0, f64::max) > 20.0 * least {
        true => Values::log(Quantity::Seconds, ends),
        false => Values::from_zero(Quantity::Seconds, ends),
    };
    // The largest share that the number of requests can tell.
    let most = lines.iter().map(|line| line.seconds.len()).max().unwrap_or(0);
    let shares = Values::shares(1.0 - 0.5 / most.max(2) as f64);
    LinesSeries {
        caption: Caption { notes, ..caption },
        across: (format!("{of}s that took at most so long"), shares),
        up: vec![(format!("time of one {of}"), time)],
        table: Some(table(of, &lines)),
        lines: lines.iter().map(line).collect(),
        guides: Vec::new(),
        each: None,
    }
}

fn line(line: &LatencyLine) -> Line {
    let sorted = &line.seconds;
    let told = 1.0 - 0.5 / sorted.len().max(1) as f64;
    let marked = MARKED.into_iter().filter(|share| *share <= told || *share == 1.0);
    let point =
        |share| Some(LinePoint { at: share, values: vec![(percentile(sorted, share)?, None)], failed: None });
    let at = |share| percentile(sorted, share).map(format::duration).unwrap_or_default();
    let detail = match sorted.len() {
        0 => "no answers".into(),
        1..100 => format!("50% {}", at(0.5)),
        _ => format!("50% {}, 99% {}", at(0.5), at(0.99)),
    };
    // A staircase: each value holds from its predecessor's share to its own.
    let number = sorted.len() as f64;
    let step = |(index, value): (usize, &f64)| [index, index + 1].map(|rank| (rank as f64 / number, *value));
    Line {
        look: line.look,
        name: line.name.clone(),
        points: marked.filter_map(point).collect(),
        details: vec![detail],
        curve: sorted.iter().enumerate().flat_map(step).collect(),
        ..Line::default()
    }
}

fn table(of: &str, lines: &[LatencyLine]) -> Table {
    let requests = format!("{of}s");
    let numbers = [requests.as_str(), "50%", "90%", "99%", "99.9%", "slowest", "unanswered"];
    let mut table = Table::default().words(["model"]).numbers(numbers);
    for line in lines {
        let mut row = vec![line.name.clone(), format::count(line.seconds.len() as u64)];
        let values = MARKED.map(|share| percentile(&line.seconds, share));
        row.extend(values.map(|value| value.map_or(format::NONE.into(), format::duration)));
        row.push(format::count(line.unanswered));
        table.push(row);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 0.5), Some(50.0));
        assert_eq!(percentile(&sorted, 0.99), Some(99.0));
        assert_eq!(percentile(&sorted, 1.0), Some(100.0));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
