//! Sentences about a recording, made from its facts.

use crate::format;

use super::facts::Facts;

/// What a recording shows in one sentence: "one thread; 3 switches, each at an await", "2 processes (pids 12 and
/// 13) on cores 0 and 1, together for 118 ms of 120 ms".
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
            0 => ", never two at the same time".to_owned(),
            overlap => format!(", together for {} of {}", time(overlap), time(facts.busy)),
        };
    }
    if facts.tasks > 1 && facts.switches > 0 {
        let switches = format::plural(facts.switches as u64, "switch");
        text += &match (facts.cooperative, facts.switches) {
            (true, 1) => "; one switch, at an await".to_owned(),
            (true, _) => format!("; {switches}, each at an await"),
            // One after the other is no switching to and fro.
            (false, n) if n < facts.tasks => String::new(),
            (false, _) => format!("; {switches} between tasks"),
        };
    }
    let makers = facts.threads.max(facts.tasks);
    if makers > 1 && facts.turns > 0 && facts.tasks == 0 {
        text += &match facts.turns {
            1 => "; the steps changed hands once".to_owned(),
            turns => format!("; the steps changed hands {turns} times"),
        };
    } else if makers <= 1 && facts.steps > 1 {
        text += &format!("; {} in order", format::plural(facts.steps as u64, "step"));
    }
    text
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
    fn processes_are_told_with_their_pids() {
        let facts = Facts {
            threads: 2,
            pids: vec![12, 13],
            cores: vec![0, 1],
            busy: 120_000_000,
            overlap: 118_000_000,
            ..Facts::default()
        };
        let expected = "2 processes (pids 12 and 13) on cores 0 and 1, together for 118 ms of 120 ms";
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
            "2 threads, together for 4.00 µs of 10.0 µs; the steps changed hands 3 times"
        );
    }
}
