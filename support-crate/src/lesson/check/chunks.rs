//! 11: independent chunks that cover everything once and are of nearly the same size.

use std::ops::Range;

use super::reply::{Reply, judged, require};

/// Checks a function that cuts `0..items` into one range for each worker: no gap, no overlap, sizes that differ by at
/// most one.
///
/// ```
/// use concurrency_lab::lesson::check;
/// use std::ops::Range;
/// fn chunks(items: usize, workers: usize) -> Vec<Range<usize>> {
///     todo!()
/// }
/// assert!(check::chunks(chunks).sentence.contains("todo!()"));
/// ```
pub fn chunks(theirs: impl Fn(usize, usize) -> Vec<Range<usize>>) -> Reply {
    judged(&theirs, "a loop that moves on by the size of a chunk stands still when that size is 0", || {
        for (items, workers) in [(12, 4), (10, 4), (11, 4), (5, 5), (7, 1), (3, 4), (0, 2), (1000, 7)] {
            let cut = theirs(items, workers);
            let given = format!("{items} items for {workers} workers");
            require!(cut.len() == workers, "{given}: {} ranges, not one for each worker", cut.len());
            let mut next = 0;
            for range in &cut {
                let Range { start, end } = *range;
                require!(end >= start, "{given}: the range {range:?} ends before it begins");
                if range.is_empty() {
                    continue;
                }
                require!(start >= next, "{given}: item {start} is in two chunks, so its work is done twice");
                require!(start <= next, "{given}: no chunk holds item {next}");
                next = end;
            }
            require!(next >= items, "{given}: no chunk holds item {next}");
            require!(next <= items, "{given}: the last chunk ends at {next}, beyond the last item");
            let sizes = cut.iter().map(Range::len);
            let (least, most) = (sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0));
            let slower = "and the run ends with the slower one";
            require!(most - least <= 1, "{given}: one worker has {most} items and another {least}, {slower}");
        }
        Ok("every item is in exactly one chunk, and no worker has more than one item more than another"
            .into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&chunks(|_, _| todo!()), NotDone, "todo!()");
        let drops_the_rest = |items: usize, workers: usize| {
            let size = items / workers;
            (0..workers).map(|i| i * size..(i + 1) * size).collect()
        };
        assert_reply(&chunks(drops_the_rest), Wrong, "10 items for 4 workers: no chunk holds item 8");
        let last_takes_the_rest = |items: usize, workers: usize| {
            let size = items / workers;
            (0..workers).map(|i| i * size..if i + 1 == workers { items } else { (i + 1) * size }).collect()
        };
        assert_reply(&chunks(last_takes_the_rest), Wrong, "one worker has 4 items and another 2");
        let both_ends = |items: usize, workers: usize| {
            (0..workers).map(|i| i * items / workers..((i + 1) * items / workers + 1).min(items)).collect()
        };
        assert_reply(&chunks(both_ends), Wrong, "item 3 is in two chunks");
        let rounds_up = |items: usize, workers: usize| {
            let size = items.div_ceil(workers);
            (0..workers).map(|i| i * size..(i + 1) * size).collect()
        };
        assert_reply(&chunks(rounds_up), Wrong, "beyond the last item");
        let by_std = |items: usize, workers: usize| {
            let all: Vec<usize> = (0..items).collect();
            all.chunks(items.div_ceil(workers).max(1)).map(|chunk| chunk[0]..chunk[0] + chunk.len()).collect()
        };
        assert_reply(&chunks(by_std), Wrong, "one worker has 3 items and another 1");
        let right = |items: usize, workers: usize| {
            (0..workers).map(|i| i * items / workers..(i + 1) * items / workers).collect()
        };
        assert_reply(&chunks(right), Right, "exactly one chunk");
        let the_first_get_one_more = |items: usize, workers: usize| {
            let mut start = 0;
            let sizes = (0..workers).map(|worker| items / workers + usize::from(worker < items % workers));
            let range = |size| {
                start += size;
                start - size..start
            };
            sizes.map(range).collect()
        };
        assert_reply(&chunks(the_first_get_one_more), Right, "exactly one chunk");
        let of_what_is_left = |items: usize, workers: usize| {
            let mut start = 0;
            let range = |left: usize| {
                let size = (items - start) / left;
                start += size;
                start - size..start
            };
            (1..=workers).rev().map(range).collect()
        };
        assert_reply(&chunks(of_what_is_left), Right, "exactly one chunk");
    }
}
