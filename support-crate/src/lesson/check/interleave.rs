//! 01: two sequences of instructions, in order each, and interleaved.

use super::reply::{Reply, judged, require};

/// Checks a function that merges two sequences of steps into one that is interleaved: each sequence in its own
/// order, every step once, and neither ended before the other begins.
///
/// ```
/// use concurrency_lab::lesson::check;
/// fn interleave(first: &[&str], second: &[&str]) -> Vec<String> {
///     todo!()
/// }
/// assert!(check::interleave(interleave).sentence.contains("todo!()"));
/// ```
pub fn interleave(theirs: impl Fn(&[&str], &[&str]) -> Vec<String>) -> Reply {
    let endless = "a loop that waits for one sequence to end must also move on when the other is empty";
    let cases: [(&[&str], &[&str]); 4] = [
        (&["a1", "a2", "a3"], &["b1", "b2", "b3"]),
        (&["a1", "a2", "a3", "a4"], &["b1", "b2"]),
        (&["a1"], &[]),
        (&[], &["b1", "b2"]),
    ];
    judged(&theirs, endless, || {
        for (first, second) in cases {
            let merged = theirs(first, second);
            let given = format!("for {first:?} and {second:?} it gave \"{}\"", merged.join(" "));
            for step in first.iter().chain(second) {
                let count = merged.iter().filter(|merged| merged == step).count();
                require!(count == 1, "{given}: step {step} is there {count} times, not once");
            }
            let (steps, expected) = (merged.len(), first.len() + second.len());
            require!(steps == expected, "{given}: {steps} steps, not {expected}");
            for sequence in [first, second] {
                let kept: Vec<_> = merged.iter().filter(|step| sequence.contains(&step.as_str())).collect();
                require!(
                    kept == sequence,
                    "{given}: the steps of {sequence:?} are no longer in their own order"
                );
            }
            let origins: Vec<bool> = merged.iter().map(|step| first.contains(&step.as_str())).collect();
            let switches = origins.windows(2).filter(|pair| pair[0] != pair[1]).count();
            let apart = "one sequence ends before the other begins, so nothing is interleaved";
            require!(first.is_empty() || second.is_empty() || switches > 1, "{given}: {apart}");
        }
        Ok("both sequences keep their own order, and neither had to end before the other began".into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn text(steps: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
        steps.into_iter().map(|step| step.to_string()).collect()
    }

    fn right(first: &[&str], second: &[&str]) -> Vec<String> {
        let (mut first, mut second) = (first.iter(), second.iter());
        let mut merged = Vec::new();
        loop {
            let (one, other) = (first.next(), second.next());
            if one.is_none() && other.is_none() {
                return merged;
            }
            merged.extend(one.into_iter().chain(other).map(|step| step.to_string()));
        }
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&interleave(|_, _| todo!()), NotDone, "todo!()");
        let one_after_the_other = |first: &[&str], second: &[&str]| text([first, second].concat());
        assert_reply(&interleave(one_after_the_other), Wrong, "one sequence ends before the other begins");
        let zipped =
            |first: &[&str], second: &[&str]| text(first.iter().zip(second).flat_map(|(a, b)| [*a, *b]));
        assert_reply(&interleave(zipped), Wrong, "step a3 is there 0 times");
        let backwards = |first: &[&str], second: &[&str]| {
            let mut merged = right(first, second);
            merged.reverse();
            merged
        };
        assert_reply(&interleave(backwards), Wrong, "no longer in their own order");
        let indexed =
            |first: &[&str], second: &[&str]| text((0..first.len()).flat_map(|i| [first[i], second[i]]));
        assert_reply(&interleave(indexed), Wrong, "it panicked: index out of bounds");
        let begins_with_one =
            |first: &[&str], second: &[&str]| text([&first[..1], second, &first[1..]].concat());
        assert_reply(&interleave(begins_with_one), Wrong, "it panicked: range end index");
        assert_reply(&interleave(right), Right, "keep their own order");
        let by_place = |first: &[&str], second: &[&str]| {
            let all =
                (0..first.len().max(second.len())).flat_map(|place| [first.get(place), second.get(place)]);
            text(all.flatten())
        };
        assert_reply(&interleave(by_place), Right, "keep their own order");
        let one_then_all_of_the_other = |first: &[&str], second: &[&str]| {
            text(first.iter().take(1).chain(second).chain(first.iter().skip(1)))
        };
        assert_reply(&interleave(one_then_all_of_the_other), Right, "keep their own order");
    }
}
