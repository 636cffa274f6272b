//! 15: how many tasks go into one message, so that the message is a small part of what it brings.

use std::time::Duration;

use super::reply::{Reply, judged, require};
use crate::format;
use crate::units::{ms, secs, us};

/// What a message takes, what a task takes, and the fewest tasks that make the message at most a tenth of all. In the first it
/// is a tenth exactly, in seconds that a fraction with a point holds exactly too.
const CASES: [(Duration, Duration, usize); 7] = [
    (secs(1), secs(9), 1),
    (us(100), us(899), 2),
    (us(100), us(100), 9),
    (ms(1), us(7), 1_286),
    (us(1), ms(10), 1),
    (Duration::from_nanos(1_870), us(1), 17),
    (Duration::ZERO, us(5), 1),
];

/// Checks a function that says how many tasks to send in one message, given what a message costs and how long a task takes: the
/// fewest with which the message takes at most a tenth of the time of both.
///
/// ```
/// use concurrency_lab::lesson::check;
/// use std::time::Duration;
/// fn bundle(message: Duration, task: Duration) -> usize {
///     todo!()
/// }
/// assert!(check::bundle(bundle).sentence.contains("todo!()"));
/// ```
pub fn bundle(theirs: impl Fn(Duration, Duration) -> usize) -> Reply {
    judged(&theirs, "a loop that tries ever larger bundles ends at the first that will do", || {
        for (message, task, fewest) in CASES {
            let tasks = theirs(message, task);
            let [cost, length] = [message, task].map(|time| format::duration(time.as_secs_f64()));
            let given = format!("a message of {cost}, tasks of {length}");
            require!(tasks > 0, "{given}: with 0 tasks in a message nothing is ever done");
            let share = message.as_secs_f64() / (message.as_secs_f64() + task.as_secs_f64() * tasks as f64);
            // A little more than a tenth must not read as one.
            let share = format!("{}%", format::significant(100.0 * share, 4));
            require!(
                tasks >= fewest,
                "{given}: with {tasks} in a message, the message takes {share} of the time"
            );
            require!(
                tasks <= fewest,
                "{given}: {tasks} in a message, though {fewest} would do, and others wait for theirs"
            );
        }
        Ok("no bundle is larger than it has to be, and no message takes more than a tenth".into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&bundle(|_, _| todo!()), NotDone, "todo!()");
        assert_reply(&bundle(|_, _| 0), Wrong, "nothing is ever done");
        assert_reply(&bundle(|_, _| 1), Wrong, "with 1 in a message, the message takes");
        assert_reply(&bundle(|_, _| 1_000), Wrong, "though 1 would do");
        let rounded_down = |message: Duration, task: Duration| (9 * message).div_duration_f64(task) as usize;
        assert_reply(
            &bundle(move |message, task| rounded_down(message, task).max(1)),
            Wrong,
            "with 1 in a message",
        );
        let without_itself =
            |message: Duration, task: Duration| (10 * message).div_duration_f64(task).ceil() as usize;
        assert_reply(
            &bundle(move |message, task| without_itself(message, task).max(1)),
            Wrong,
            "though 1 would do",
        );
    }

    #[test]
    fn parts_of_a_microsecond_count() {
        let in_micros = |message: Duration, task: Duration| {
            (9 * message.as_micros()).div_ceil(task.as_micros()).max(1) as usize
        };
        assert_reply(&bundle(in_micros), Wrong, "with 9 in a message, the message takes 17.20%");
    }

    #[test]
    fn accepts_any_right_way() {
        let divided = |message: Duration, task: Duration| {
            (9 * message).as_nanos().div_ceil(task.as_nanos()).max(1) as usize
        };
        assert_reply(&bundle(divided), Right, "a tenth");
        let searched =
            |message: Duration, task: Duration| (1..).find(|&n| message * 9 <= task * n).unwrap() as usize;
        assert_reply(&bundle(searched), Right, "a tenth");
        let by_floats = |message: Duration, task: Duration| {
            (9.0 * message.as_secs_f64() / task.as_secs_f64()).ceil().max(1.0) as usize
        };
        assert_reply(&bundle(by_floats), Right, "a tenth");
    }
}
