//! Sentences about a recording, made from its facts.

use crate::format;
use crate::trace::Facts;

/// What a recording shows in one sentence: "one thread; 3 switches, each at an await", "2 processes (pids 12 and
/// 13) on cores 0 and 1, together for 118 ms of the 120 ms in which any ran".
pub fn sentence(facts: &Facts) -> String {
    let mut text = match facts.pids.as_slice() {
        [] | [_] if facts.threads <= 1 => "one thread".to_owned(),
        [] | [_] => format::plural(facts.threads as u64, "thread"),
        pids => {
            let processes = format::plural(pids.len() as u64, "process");
            if pids.len() <= 4 { format!("{processes} (pids {})", format::list(pids)) } else { processes }
        }
    };
    match facts.cores.as_slice() {
        [] => {}
        [core] => text += &format!(" on core {core}"),
        cores if cores.len() <= 8 => text += &format!(" on cores {}", format::list(cores)),
        cores => text += &format!(" on {} cores", cores.len()),
    }
    if facts.threads > 1 {
        text += &match facts.overlap {
            0 if facts.met => ", together for too short a time to measure".to_owned(),
            // On one core they take turns, whether or not every reading says so.
            0 if facts.at_least && facts.cores.len() > 1 => ", never seen two at the same time".to_owned(),
            0 => ", never two at the same time".to_owned(),
            overlap => {
                let least = if facts.at_least { "at least " } else { "" };
                format!(
                    ", together for {least}{} of the {} in which any ran",
                    time(overlap),
                    time(facts.busy)
                )
            }
        };
    }
    if facts.tasks > 1 && facts.switches > 0 {
        let switches = format::plural(facts.switches as u64, "switch");
        text += &match (facts.cooperative, facts.switches) {
            (true, all) => format!("; {}", cooperative(all, facts.ends)),
            // One after the other is no switching to and fro.
            (false, n) if n < facts.tasks => String::new(),
            (false, _) => format!("; {switches} between tasks"),
        };
    }
    let makers = facts.threads.max(facts.tasks);
    if makers > 1 && facts.turns > 0 && facts.tasks == 0 {
        text += &match facts.turns {
            1 => "; the steps changed hands once".to_owned(),
            turns => format!("; the steps changed hands {} times", format::count(turns as u64)),
        };
    } else if makers <= 1 && facts.steps > 1 {
        text += &format!("; {} in order", format::plural(facts.steps as u64, "step"));
    }
    text
}

/// Where tasks that give way themselves were switched: at an await, or because one had ended.
fn cooperative(switches: usize, ends: usize) -> String {
    let all = format::plural(switches as u64, "switch");
    match (switches - ends, ends) {
        (1, 0) => "one switch, at an await".to_owned(),
        (0, 1) => "one switch, at a task's end".to_owned(),
        (_, 0) => format!("{all}, each at an await"),
        (0, _) => format!("{all}, each at a task's end"),
        (awaits, 1) => format!("{all}, {} at an await and 1 at a task's end", format::count(awaits as u64)),
        (awaits, ends) => {
            let (awaits, ends) = (format::count(awaits as u64), format::count(ends as u64));
            format!("{all}, {awaits} at an await and {ends} at tasks' ends")
        }
    }
}

/// Nanoseconds as a duration with a unit that suits it.
pub(super) fn time(nanoseconds: u64) -> String {
    format::duration(nanoseconds as f64 * 1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_of_tasks_switches_at_awaits() {
        let facts = Facts {
            threads: 1,
            pids: vec![7],
            cores: vec![1],
            tasks: 2,
            switches: 3,
            cooperative: true,
            ..Facts::default()
        };
        assert_eq!(sentence(&facts), "one thread on core 1; 3 switches, each at an await");
    }

    #[test]
    fn a_task_that_ends_leaves_the_thread_without_an_await() {
        assert_eq!(cooperative(1, 0), "one switch, at an await");
        assert_eq!(cooperative(1, 1), "one switch, at a task's end");
        assert_eq!(cooperative(3, 3), "3 switches, each at a task's end");
        assert_eq!(cooperative(2, 1), "2 switches, 1 at an await and 1 at a task's end");
        assert_eq!(cooperative(5, 2), "5 switches, 3 at an await and 2 at tasks' ends");
    }

    #[test]
    fn a_meeting_that_cannot_be_measured_is_not_called_none() {
        let facts = Facts { threads: 2, cores: vec![0, 1], met: true, ..Facts::default() };
        assert_eq!(sentence(&facts), "2 threads on cores 0 and 1, together for too short a time to measure");
        let facts = Facts { threads: 2, cores: vec![0, 1], at_least: true, ..Facts::default() };
        assert_eq!(sentence(&facts), "2 threads on cores 0 and 1, never seen two at the same time");
        let facts = Facts { threads: 2, cores: vec![0], at_least: true, ..Facts::default() };
        assert_eq!(sentence(&facts), "2 threads on core 0, never two at the same time");
        let facts = Facts { threads: 2, overlap: 4_000, busy: 9_000, at_least: true, ..Facts::default() };
        assert_eq!(
            sentence(&facts),
            "2 threads, together for at least 4.00 µs of the 9.00 µs in which any ran"
        );
    }

    #[test]
    fn processes_are_told_with_their_pids() {
        let facts = Facts {
            threads: 2,
            pids: vec![12, 13],
            cores: vec![0, 1],
            busy: 120_000_000,
            overlap: 118_000_000,
            ..Facts::default()
        };
        let expected = "2 processes (pids 12 and 13) on cores 0 and 1, together for 118 ms of the 120 ms in which any ran";
        assert_eq!(sentence(&facts), expected);
    }

    #[test]
    fn threads_on_one_core_are_never_together() {
        let facts = Facts { threads: 3, pids: vec![1], cores: vec![0], busy: 1_000_000, ..Facts::default() };
        assert_eq!(sentence(&facts), "3 threads on core 0, never two at the same time");
    }

    #[test]
    fn steps_in_order_or_in_turns() {
        let one = Facts { threads: 1, cores: vec![0], steps: 6, ..Facts::default() };
        assert_eq!(sentence(&one), "one thread on core 0; 6 steps in order");
        let two = Facts { threads: 2, steps: 6, turns: 3, busy: 10_000, overlap: 4_000, ..Facts::default() };
        assert_eq!(
            sentence(&two),
            "2 threads, together for 4.00 µs of the 10.0 µs in which any ran; the steps changed hands 3 times"
        );
    }
}
