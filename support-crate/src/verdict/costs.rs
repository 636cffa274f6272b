//! What tasks, threads and processes cost, in words.

use super::Verdict;
use crate::format;
use crate::measure::{Interval, UnitCosts};

impl UnitCosts {
    /// What these costs say, in words.
    pub fn verdict(&self) -> Verdict {
        Verdict {
            headline: self.headline(),
            details: self.kernel().into_iter().collect(),
            warnings: Vec::new(),
        }
    }

    /// How many of the lightest the memory of each heavier one would hold.
    fn headline(&self) -> String {
        let measured = self.units.iter().filter_map(|cost| Some((cost.unit.name(), cost.bytes?)));
        let (told, unsure): (Vec<_>, Vec<_>) = measured.partition(|(_, bytes)| is_told(bytes));
        let Some(((light, least), heavier)) = told.split_first() else {
            return "Nothing can be said: no memory could be measured".to_owned();
        };
        let mut things = format!(" {light}s");
        let heavier = heavier.iter().map(|(name, bytes)| {
            let count = format::significant(bytes.estimate / least.estimate, 2);
            format!("a {name} of {count}{}", std::mem::take(&mut things))
        });
        let heavier: Vec<String> = heavier.collect();
        let mut told = match heavier.as_slice() {
            [] => format!("Only the {light} was measured"),
            heavier => heavier.join(", ").replacen(" of ", " takes the memory of ", 1),
        };
        let unsure: Vec<String> = unsure.iter().map(|(name, _)| format!("a {name}")).collect();
        if !unsure.is_empty() {
            told += &format!("; what {} takes this run cannot tell", format::list(&unsure));
        }
        told
    }

    /// What the chart of memory leaves out.
    fn kernel(&self) -> Option<String> {
        let told = self.units.iter().filter_map(|cost| {
            let parts = ["stack", "page tables", "slab"].into_iter().zip(cost.kernel?);
            let parts: Vec<String> = parts
                .filter(|(_, bytes)| is_told(bytes))
                .map(|(name, bytes)| format!("{} of {name}", size(bytes)))
                .collect();
            let told = if parts.is_empty() {
                "less than this run can tell".to_owned()
            } else {
                format::list(&parts)
            };
            Some(format!("{}: {told}", cost.unit.name()))
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("In the kernel besides: {}.", told.join("; ")))
    }
}

/// "602 B [601 B, 603 B]", or "16.0 KiB" where all three read alike.
fn size(bytes: Interval) -> String {
    let show = |value: f64| format::measured_bytes(value.max(0.0));
    let [each, low, high] = [bytes.estimate, bytes.low, bytes.high].map(show);
    if low == high { each } else { format!("{each} [{low}, {high}]") }
}

/// Where the interval begins near nothing, how much it is the run cannot tell.
fn is_told(bytes: &Interval) -> bool {
    bytes.low > 0.5 * bytes.estimate && bytes.estimate > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Unit, UnitCost};

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
        let units = vec![
            cost(Unit::Task, 512.0, 3e-7),
            cost(Unit::Thread, 10_240.0, 1e-5),
            cost(Unit::Forked, 102_400.0, 1e-4),
        ];
        let verdict = UnitCosts { units, ..UnitCosts::default() }.verdict();
        let headline = "a thread takes the memory of 20 async tasks, a forked process of 200";
        assert_eq!(verdict.headline, headline);
        let kernel = "thread: 16.0 KiB [14.0 KiB, 18.0 KiB] of stack and 4.00 KiB [3.50 KiB, 4.50 KiB] of slab; forked";
        assert!(verdict.details[0].contains(kernel), "{verdict}");
    }

    #[test]
    fn what_the_interval_leaves_open_is_said() {
        let mut forked = cost(Unit::Forked, 2e5, 1e-4);
        forked.bytes = Some(Interval { estimate: 2e5, low: -1e5, high: 5e5 });
        let units = vec![cost(Unit::Task, 512.0, 3e-7), cost(Unit::Thread, 10_240.0, 1e-5), forked];
        let headline = UnitCosts { units, ..UnitCosts::default() }.verdict().headline;
        assert!(
            headline.ends_with("20 async tasks; what a forked process takes this run cannot tell"),
            "{headline}"
        );
    }

    #[test]
    fn what_failed_is_told_beside_what_is_known() {
        let mut thread = cost(Unit::Thread, 1.0, 1e-5);
        (thread.bytes, thread.failure) = (None, Some("the system refused".to_owned()));
        let costs = UnitCosts { units: vec![thread], ..UnitCosts::default() };
        assert!(costs.verdict().headline.starts_with("Nothing can be said"), "{}", costs.verdict());
    }
}
