//! What tasks, threads and processes cost, in words.

use super::Verdict;
use super::growth::size;
use crate::format;
use crate::measure::{Interval, UnitCost, UnitCosts};

impl UnitCosts {
    /// What these costs say, in words.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            headline: self.headline(),
            details: self.units.iter().filter_map(sentence).collect(),
            warnings: Vec::new(),
        }
    }

    /// How many of the lightest the memory of each heavier one would hold.
    fn headline(&self) -> String {
        let measured = self.units.iter().filter_map(|cost| Some((cost.unit.name(), cost.bytes?)));
        let (told, unsure): (Vec<_>, Vec<_>) = measured.partition(|(_, bytes)| is_told(bytes));
        let Some(((light, least), heavier)) = told.split_first() else {
            return "Nothing can be said: no memory could be measured.".to_owned();
        };
        let heavier = heavier.iter().map(|(name, bytes)| {
            let count = format::significant(bytes.estimate / least.estimate, 2);
            format!(" A {name} takes about as much memory as {count} {light}s.")
        });
        let unsure = unsure.iter().map(|(name, _)| format!(" What a {name} takes this run cannot tell."));
        let text: String = heavier.chain(unsure).collect();
        if text.is_empty() { format!("Only the {light} was measured.") } else { text.trim_start().to_owned() }
    }
}

/// Where the interval begins near nothing, how much it is the run cannot tell.
fn is_told(bytes: &Interval) -> bool {
    bytes.low > 0.5 * bytes.estimate && bytes.estimate > 0.0
}

/// What the chart of memory does not show.
fn sentence(cost: &UnitCost) -> Option<String> {
    let name = cost.unit.name();
    let kernel = cost.kernel.map(|parts| {
        let parts =
            ["stack", "page tables", "slab"].into_iter().zip(parts).filter(|(_, bytes)| is_told(bytes));
        let told: Vec<_> = parts.map(|(name, bytes)| format!("{} of {name}", size(bytes))).collect();
        match told.as_slice() {
            [] => "in the kernel less than this run can tell".to_owned(),
            told => format!("in the kernel {}", format::list(told)),
        }
    });
    let start = cost.start.map(|start| {
        format!(
            "{} [{}, {}] from starting one to having its answer",
            format::duration(start.estimate),
            format::duration(start.low),
            format::duration(start.high)
        )
    });
    let failed = cost.failure.as_ref().map(|reason| format!("failed: {reason}"));
    let all: Vec<String> = [kernel, start, failed].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("{name}: {}.", all.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Unit;

    fn cost(unit: Unit, bytes: f64, seconds: f64) -> UnitCost {
        let about = |value: f64| Some(Interval { estimate: value, low: value * 0.9, high: value * 1.1 });
        UnitCost {
            unit,
            bytes: about(bytes),
            kernel: Some([16_384.0, 9.0, 4_096.0].map(|bytes| {
                let half = if bytes < 10.0 { bytes } else { bytes / 8.0 };
                Interval { estimate: bytes, low: bytes - half, high: bytes + half }
            })),
            start: about(seconds),
            failure: None,
        }
    }

    #[test]
    fn heavier_ones_are_counted_in_the_lightest() {
        let units = vec![cost(Unit::Task, 512.0, 3e-7), cost(Unit::Thread, 10_240.0, 1e-5)];
        let verdict = UnitCosts { units, ..UnitCosts::default() }.verdict().to_string();
        assert!(verdict.starts_with("A thread takes about as much memory as 20 async tasks."), "{verdict}");
        assert!(verdict.contains("thread: in the kernel"), "{verdict}");
        let kernel = "in the kernel 16.0 KiB [14.0 KiB, 18.0 KiB] of stack and 4.00 KiB [3.50 KiB, 4.50 KiB] of slab; 10.0 µs";
        assert!(verdict.contains(kernel), "{verdict}");
    }

    #[test]
    fn what_the_interval_leaves_open_is_said() {
        let mut forked = cost(Unit::Forked, 2e5, 1e-4);
        forked.bytes = Some(Interval { estimate: 2e5, low: -1e5, high: 5e5 });
        let units = vec![cost(Unit::Task, 512.0, 3e-7), cost(Unit::Thread, 10_240.0, 1e-5), forked];
        let headline = UnitCosts { units, ..UnitCosts::default() }.verdict().headline;
        assert!(
            headline.ends_with("20 async tasks. What a forked process takes this run cannot tell."),
            "{headline}"
        );
    }

    #[test]
    fn what_failed_is_told_beside_what_is_known() {
        let mut thread = cost(Unit::Thread, 1.0, 1e-5);
        (thread.bytes, thread.failure) = (None, Some("the system refused".to_owned()));
        let verdict = UnitCosts { units: vec![thread], ..UnitCosts::default() }.verdict().to_string();
        assert!(verdict.starts_with("Nothing can be said"), "{verdict}");
        assert!(verdict.contains("failed: the system refused."), "{verdict}");
    }
}
