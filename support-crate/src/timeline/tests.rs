//! What a timeline says about recordings made by hand.

use crate::machine::Machine;
use crate::model::Model;
use crate::trace::testing::{HOME, Script, two_processes, two_tasks};
use crate::trace::{EventKind, Recording, Trace, Who};

use super::{Lane, Timeline};
use faults::layout_faults;

#[path = "../../../crates/figure/examples/contact_sheet/faults.rs"]
mod faults;

fn timeline(recording: Recording) -> Timeline {
    Timeline::new(vec![Lane::new("", None, Trace::new(recording))], Machine::default())
}

#[test]
fn tasks_on_one_thread_switch_at_awaits_and_never_run_together() {
    let timeline = timeline(two_tasks());
    let facts = timeline.facts();
    assert_eq!((facts.threads, facts.pids.len(), facts.cores.as_slice()), (1, 1, [1].as_slice()));
    assert_eq!(facts.overlap, 0);
    assert_eq!((facts.switches, facts.tasks, facts.turns), (3, 2, 3));
    let steps = ["do_first block 1", "do_second block 1", "do_first block 2", "do_second block 2"];
    assert_eq!(timeline.steps(), steps);
    assert_eq!(timeline.tell(), "one thread on core 1; 3 switches, 2 at an await and 1 at a task's end");
}

#[test]
fn processes_on_two_cores_run_together() {
    let timeline = timeline(two_processes());
    let facts = timeline.facts();
    assert_eq!((facts.pids, facts.cores), (vec![200, 201], vec![0, 1]));
    assert_eq!((facts.overlap, facts.busy), (1_500_000, 2_500_000));
    let names: Vec<String> = timeline.rows().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["main", "do_first (pid 200)", "do_second (pid 201)"]);
}

#[test]
fn what_is_left_when_the_film_ends_is_named() {
    let recording = Script::new(100)
        .at(10, HOME, 0, Who::Task(1), EventKind::Running)
        .at(20, HOME, 0, Who::Task(1), EventKind::Waiting)
        .at(30, HOME, 0, Who::Task(2), EventKind::Running)
        .at(40, HOME, 0, Who::Task(2), EventKind::Dropped)
        .at(50, HOME, 0, Who::Task(3), EventKind::Running)
        .recording();
    let timeline = timeline(recording);
    let unfinished: Vec<_> = timeline.rows().into_iter().map(|row| row.unfinished.unwrap()).collect();
    assert_eq!(
        unfinished,
        ["still waiting when the film ended", "stopped before its end", "still running when the film ended"]
    );
    assert!(timeline.figure().text().contains("Without an end: task 1 (still waiting when the film ended)"));
}

#[test]
fn lanes_of_a_comparison_are_told_one_by_one() {
    let lane = |name: &str, model, recording| Lane::new(name, Some(model), Trace::new(recording));
    let both = Timeline::new(
        vec![
            lane("async", Model::Async, two_tasks()),
            lane("processes (2)", Model::Processes(2), two_processes()),
        ],
        Machine::default(),
    );
    assert_eq!(both.lanes()[1].facts.pids.len(), 2);
    assert_eq!(both.tell().lines().count(), 2);
    assert!(both.tell().starts_with("async: one thread on core 1"));
    let title = |timeline: &Timeline| timeline.figure().text().lines().next().unwrap_or_default().to_owned();
    assert_eq!(title(&both), "Tasks under way at once: 3 in processes (2); 2 in async");
    assert_eq!(title(&both.by_core()), "On more than one core at a time: processes (2)");
}

/// Names and labels that break careless pictures.
fn awkward(number: usize) -> String {
    let names = [
        "读取文件并计算校验和",
        "<script>alert(1)</script>",
        "\"quotes\" & 'ampersands'",
        "two\nlines\tand a tab",
    ];
    match number % 5 {
        4 => "a name of two hundred characters ".repeat(7)[..200].to_owned(),
        n => names[n].to_owned(),
    }
}

fn crowd(rows: usize, steps: usize) -> Recording {
    let mut script = Script::new(10_000);
    for row in 0..rows {
        let who = Who::Watched(row as u32);
        script = script.at(row as u64, HOME, 0, who, EventKind::Running).called(&awkward(row));
        for step in 0..steps {
            let time = 10 + 37 * step as u64 + row as u64;
            script = script.step(time, HOME, 0, who, &awkward(row + step));
        }
        script = script.at(9_000 + row as u64, HOME, 0, who, EventKind::Done);
    }
    script.recording()
}

#[test]
fn no_label_is_cut_or_covered_whatever_the_recording() {
    let failed = {
        let mut lane = Lane::new("threads (2)", Some(Model::Threads(2)), Trace::default());
        lane.failure = Some("threads (2) failed: task 3 panicked: no".into());
        lane
    };
    let compared = Timeline::new(
        vec![
            Lane::new("async", Some(Model::Async), Trace::new(two_tasks())),
            failed,
            Lane::new("a name that is far longer than any model's", None, Trace::new(crowd(30, 1))),
        ],
        Machine::default(),
    );
    let cases = [
        ("empty", timeline(Script::new(0).recording())),
        ("two tasks", timeline(two_tasks())),
        ("two processes", timeline(two_processes())),
        ("awkward names", timeline(crowd(5, 2))),
        ("many steps", timeline(crowd(3, 40))),
        ("steps at once", timeline(crowd(1, 9))),
        ("forty rows", timeline(crowd(40, 1))),
        ("a thousand rows", timeline(crowd(1_000, 0))),
        ("compared", compared),
    ];
    for (name, timeline) in cases {
        for view in [timeline.by_core(), timeline] {
            for width in [480, 800, 1_200] {
                let faults = layout_faults(&view.figure().width(width));
                assert!(faults.is_empty(), "{name} at {width}: {faults:#?}");
            }
        }
    }
}

#[test]
fn a_film_that_others_had_the_cores_in_says_so() {
    let mut film = timeline(two_tasks());
    assert!(!film.figure().text().contains("Other work"));
    film.foreign = 0.5;
    assert!(film.figure().text().contains("Other work on this machine took about 50% of the time of"));
    use crate::lesson::predict::predict;
    assert_eq!(
        predict("How many?", 1).against(&film).agrees,
        None,
        "nobody was seen together, but who knows"
    );
    assert_eq!(predict("How many?", 0).against(&film).agrees, Some(true));
}

#[test]
fn the_description_and_the_table_tell_the_same_as_the_picture() {
    let figure = timeline(two_tasks()).figure();
    assert_eq!(
        figure.alt(),
        "One thread on core 1; 3 switches, 2 at an await and 1 at a task's end. Timeline, film of 100 µs, 52.0 µs of it drawn, one row a task. do_first \
         runs 19.0 µs in 2 stretches, waits 11.0 µs; steps “do_first block 1” at 12.0 µs, “do_first block 2” at 33.0 µs. \
         do_second runs 18.0 µs in 2 stretches, waits 11.0 µs; steps “do_second block 1” at 23.0 µs, “do_second block 2” at \
         43.0 µs."
    );
    let text = figure.text();
    let row = text.lines().find(|line| line.starts_with("do_first")).unwrap();
    let cells: Vec<&str> = row.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect();
    assert_eq!(cells[..8], ["do_first", "10.0 µs", "40.0 µs", "19.0 µs", "11.0 µs", "0 s", "2", "1"]);
}

#[test]
fn pictures_of_fixed_recordings_do_not_change() {
    for (name, recording) in [("two_tasks", two_tasks()), ("two_processes", two_processes())] {
        let figure = timeline(recording).figure();
        let svg = figure.svg().unwrap();
        let (before, rest) = svg.split_once("base64,").unwrap();
        let (_, after) = rest.split_once(')').unwrap();
        insta::assert_snapshot!(name, format!("{}\n\n{}\n{before}{after}", figure.alt(), figure.text()));
    }
}

#[test]
fn running_on_a_core_that_was_not_read_is_named_where_rows_are_cores() {
    let recording = Script::new(100)
        .at(10, HOME, 0, Who::Task(1), EventKind::Running)
        .at(40, HOME, 0, Who::Task(1), EventKind::Done)
        .at(50, (100, 101), None, Who::Task(2), EventKind::Running)
        .at(90, (100, 101), None, Who::Task(2), EventKind::Done)
        .recording();
    let timeline = timeline(recording);
    let said = "40.0 µs of running is in no row, since its core was not read";
    assert!(timeline.by_core().figure().text().contains(said), "{}", timeline.by_core().figure().text());
    assert!(!timeline.figure().text().contains("in no row"));
}

/// A cell may end with any of these; without `Debug` the kernel adds a false complaint to every other mistake in it.
#[test]
fn what_a_cell_can_end_with_has_debug() {
    struct Nothing;
    fn debug<T: std::fmt::Debug>() {}
    debug::<crate::timeline::Film<Nothing>>();
    debug::<Timeline>();
    debug::<crate::timeline::Orders>();
    debug::<crate::timeline::Slices>();
}
