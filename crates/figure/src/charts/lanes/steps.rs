//! What stands at marks whose labels do not fit: numbers in the order of time, those too close for one each as ranges.

use super::series::LaneGroup;
use crate::text::cut;

/// Every mark's number in the order of time, row after row.
pub(super) fn numbers(group: &LaneGroup) -> Vec<usize> {
    let times: Vec<f64> = group.lanes.iter().flat_map(|lane| &lane.marks).map(|(at, _)| *at).collect();
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
    let mut numbers = vec![0; times.len()];
    for (number, place) in order.into_iter().enumerate() {
        numbers[place] = number + 1;
    }
    numbers
}

/// One text for each group of ticks that stand too close for a number each: "2", "1–3", "4, 6".
pub(super) fn clusters(ticks: &[f64], numbers: &[usize]) -> Vec<(f64, String)> {
    const CLOSE: f64 = 14.0;
    let mut clusters: Vec<(f64, Vec<usize>)> = Vec::new();
    for (&tick, &number) in ticks.iter().zip(numbers) {
        match clusters.last_mut() {
            Some((first, members)) if tick - *first < CLOSE => members.push(number),
            _ => clusters.push((tick, vec![number])),
        }
    }
    clusters.into_iter().map(|(tick, numbers)| (tick, ranges(&numbers))).collect()
}

/// Rising numbers, those that follow one another as a range.
fn ranges(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}–{last}"),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// A label that is no longer than a line can be.
pub(super) fn short(label: &str) -> String {
    cut(label, 60.0, |_| 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_one_another_become_ranges() {
        assert_eq!(ranges(&[1, 2, 3]), "1–3");
        assert_eq!(ranges(&[4, 6, 7, 9]), "4, 6–7, 9");
        assert_eq!(clusters(&[10.0, 12.0, 80.0], &[1, 2, 3]), [(10.0, "1–2".into()), (80.0, "3".into())]);
    }
}
