//! What a timeline says about recordings made by hand.

use std::time::Duration;

use crate::chart::layout_faults;
use crate::machine::Machine;
use crate::model::Model;
use crate::trace::{Kind, Recording, Who};

use super::testing::{HOME, Script, two_processes, two_tasks};
use super::{By, Facts, Lane, Scene, Span, State, Timeline, export, packed, rows};

fn timeline(recording: Recording) -> Timeline {
    Timeline::new(vec![Lane::new("", None, Scene::new(recording))], Machine::default())
}

fn states(scene: &Scene, name: &str) -> Vec<(State, u64, u64)> {
    let of = |span: &&Span| scene.actors[span.actor as usize].name == name;
    scene.spans.iter().filter(of).map(|span| (span.state, span.start / 1_000, span.end / 1_000)).collect()
}

#[test]
fn an_async_task_runs_waits_and_runs_again() {
    let scene = Scene::new(two_tasks());
    let expected = [(State::Running, 10, 20), (State::Waiting, 20, 31), (State::Running, 31, 40)];
    assert_eq!(states(&scene, "do_first"), expected);
}

#[test]
fn tasks_on_one_thread_switch_at_awaits_and_never_run_together() {
    let timeline = timeline(two_tasks());
    assert_eq!((timeline.threads(), timeline.processes(), timeline.cores()), (1, 1, vec![1]));
    assert_eq!(timeline.overlap(), Duration::ZERO);
    assert_eq!((timeline.switches(), timeline.tasks(), timeline.turns()), (3, 2, 3));
    assert_eq!(timeline.order(), ["do_first", "do_second", "do_first", "do_second"]);
    let steps = ["do_first block 1", "do_second block 1", "do_first block 2", "do_second block 2"];
    assert_eq!(timeline.steps(), steps);
    assert_eq!(timeline.tell(), "one thread on core 1; 3 switches, 2 at an await and 1 at a task's end");
}

#[test]
fn processes_on_two_cores_run_together() {
    let timeline = timeline(two_processes());
    assert_eq!(timeline.pids(), [200, 201]);
    assert_eq!(timeline.cores(), [0, 1]);
    assert_eq!(timeline.overlap(), Duration::from_micros(1_500));
    assert_eq!(timeline.busy(), Duration::from_micros(2_500));
    let names: Vec<String> = timeline.rows().into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["main", "do_first (pid 200)", "do_second (pid 201)"]);
}

#[test]
fn two_on_one_core_are_never_together_however_long_they_claim_to_run() {
    let recording =
        Script::new(100).task((100, 101), 0, 0, 0, 100).task((100, 102), 0, 1, 0, 100).recording();
    assert_eq!(Facts::of(&Scene::new(recording)).overlap, 0);
}

#[test]
fn a_task_handed_over_is_queued_until_it_begins() {
    let who = Who::task(7);
    let recording = Script::new(100)
        .at(10, HOME, 0, who, Kind::Ready)
        .at(40, (100, 101), 1, who, Kind::Running)
        .at(50, (100, 101), 1, who, Kind::Blocked)
        .at(70, (100, 101), 1, who, Kind::Running)
        .at(90, (100, 101), 1, who, Kind::Done)
        .recording();
    let expected = [
        (State::Queued, 10, 40),
        (State::Running, 40, 50),
        (State::Blocked, 50, 70),
        (State::Running, 70, 90),
    ];
    assert_eq!(states(&Scene::new(recording), "task 7"), expected);
}

#[test]
fn what_is_left_when_the_film_ends_is_named() {
    let recording = Script::new(100)
        .at(10, HOME, 0, Who::task(1), Kind::Running)
        .at(20, HOME, 0, Who::task(1), Kind::Waiting)
        .at(30, HOME, 0, Who::task(2), Kind::Running)
        .at(40, HOME, 0, Who::task(2), Kind::Dropped)
        .at(50, HOME, 0, Who::task(3), Kind::Running)
        .recording();
    let timeline = timeline(recording);
    let unfinished: Vec<_> = timeline.rows().into_iter().map(|row| row.unfinished.unwrap()).collect();
    assert_eq!(
        unfinished,
        ["still waiting when the film ended", "stopped before its end", "still running when the film ended"]
    );
    assert!(timeline.figure().text().contains("Not finished: task 1 (still waiting when the film ended)"));
}

#[test]
fn tokio_tasks_known_by_their_steps_alone_have_rows_and_switches() {
    let (a, b) = (Who::tokio(41), Who::tokio(42));
    let recording = Script::new(100)
        .step(10, HOME, 0, a, "a 1")
        .cpu(10)
        .step(20, HOME, 0, b, "b 1")
        .cpu(20)
        .step(30, HOME, 0, a, "a 2")
        .cpu(30)
        .step(40, HOME, 0, b, "b 2")
        .cpu(40)
        .recording();
    let timeline = timeline(recording);
    assert_eq!(timeline.order(), ["task 1", "task 2", "task 1", "task 2"]);
    assert_eq!(timeline.switches(), 3);
    let scene = &timeline.lanes()[0].scene;
    assert_eq!(states(scene, "task 1"), [(State::Running, 10, 20), (State::Waiting, 20, 30)]);
    assert_eq!(states(scene, "task 2"), [(State::Running, 20, 30), (State::Waiting, 30, 40)]);
}

#[test]
fn rows_go_by_task_thread_core_and_process() {
    let scene = Scene::new(two_processes());
    let names = |by| rows(&scene, by).into_iter().map(|row| row.name).collect::<Vec<_>>();
    assert_eq!(names(By::Thread), ["main", "do_first (pid 200)", "do_second (pid 201)"]);
    assert_eq!(names(By::Core), ["core 0", "core 1"]);
    assert_eq!(names(By::Process), ["this process (pid 100)", "do_first (pid 200)", "do_second (pid 201)"]);
}

#[test]
fn packing_needs_as_many_rows_as_tasks_were_under_way() {
    let one_by_one = (0..10)
        .fold(Script::new(1_000), |script, n| script.task(HOME, 0, n, 100 * n as u64, 100 * n as u64 + 90));
    assert_eq!(packed(rows(&Scene::new(one_by_one.recording()), By::Task)).len(), 1);
    let together = (0..10).fold(Script::new(1_000), |script, n| {
        let who = Who::task(n);
        let time = 10 * n as u64;
        script.at(time, HOME, 0, who, Kind::Running).at(time + 1, HOME, 0, who, Kind::Waiting)
    });
    assert_eq!(packed(rows(&Scene::new(together.recording()), By::Task)).len(), 10);
}

#[test]
fn lanes_of_a_comparison_begin_together_and_can_be_singled_out() {
    let lane = |name: &str, model, recording| Lane::new(name, Some(model), Scene::new(recording));
    let both = Timeline::new(
        vec![
            lane("async", Model::Async, two_tasks()),
            lane("processes (2)", Model::Processes(2), two_processes()),
        ],
        Machine::default(),
    );
    assert_eq!(both.lane("processes (2)").processes(), 2);
    let missing = both.lane("threads (2)").tell();
    assert_eq!(missing, "no lane is called \"threads (2)\"; this timeline has async and processes (2)");
    assert_eq!(both.tell().lines().count(), 2);
    assert!(both.tell().starts_with("async: one thread on core 1"));
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
        let who = Who::watched(row as u64);
        script = script.at(row as u64, HOME, 0, who, Kind::Running);
        for step in 0..steps {
            let time = 10 + 37 * step as u64 + row as u64;
            script = script.step(time, HOME, 0, who, &awkward(row + step));
        }
        script = script.at(9_000 + row as u64, HOME, 0, who, Kind::Done);
    }
    let names = (0..rows).map(|row| (HOME.0, Who::watched(row as u64), awkward(row))).collect();
    script.with(|recording| recording.names = names).recording()
}

#[test]
fn no_label_is_cut_or_covered_whatever_the_recording() {
    let failed = {
        let mut lane = Lane::new("threads (2)", Some(Model::Threads(2)), Scene::default());
        lane.failure = Some("threads (2) failed: task 3 panicked: no".into());
        lane
    };
    let compared = Timeline::new(
        vec![
            Lane::new("async", Some(Model::Async), Scene::new(two_tasks())),
            failed,
            Lane::new("a name that is far longer than any model's", None, Scene::new(crowd(30, 1))),
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
        let views = [timeline.by_task(), timeline.by_thread(), timeline.by_core(), timeline.by_process()];
        for view in views {
            for width in [480, 800, 1_200] {
                let faults = layout_faults(&view.width(width).figure());
                assert!(faults.is_empty(), "{name} by {:?} at {width}: {faults:#?}", view.by);
            }
        }
    }
}

#[test]
fn the_description_and_the_table_tell_the_same_as_the_picture() {
    let figure = timeline(two_tasks()).figure();
    assert_eq!(
        figure.alt(),
        "Timeline, one row a task: One thread on core 1; 3 switches, 2 at an await and 1 at a task's end. do_first runs 19.0 µs in 2 \
         stretches, waits 11.0 µs; steps “do_first block 1” at 12.0 µs, “do_first block 2” at 33.0 µs. do_second runs \
         18.0 µs in 2 stretches, waits 11.0 µs; steps “do_second block 1” at 23.0 µs, “do_second block 2” at 43.0 µs."
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
        let svg = figure.svg();
        let (before, rest) = svg.split_once("base64,").unwrap();
        let (_, after) = rest.split_once(')').unwrap();
        insta::assert_snapshot!(name, format!("{}\n\n{}\n{before}{after}", figure.alt(), figure.text()));
    }
}

#[test]
fn the_trace_holds_every_stretch_and_step_of_the_recording() {
    let lane = Lane::new("", None, Scene::new(two_processes()));
    let scene = lane.scene.clone();
    let text = serde_json::to_string(&export::events(&[lane])).unwrap();
    let events: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).collect::<Vec<_>>();

    let mut expected: Vec<(u64, u64, u64, u64)> = scene
        .spans
        .iter()
        .filter(|span| span.state != State::Queued && span.state != State::Waiting)
        .map(|span| {
            let thread = scene.thread(span.thread);
            (u64::from(thread.pid), u64::from(thread.tid), span.start, span.length())
        })
        .collect();
    let nanoseconds = |value: &serde_json::Value| (value.as_f64().unwrap() * 1_000.0).round() as u64;
    let mut found: Vec<(u64, u64, u64, u64)> = of("X")
        .into_iter()
        .map(|event| {
            let number = |name: &str| event[name].as_u64().unwrap();
            (number("pid"), number("tid"), nanoseconds(&event["ts"]), nanoseconds(&event["dur"]))
        })
        .collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);

    let steps: Vec<(&str, u64)> =
        of("i").into_iter().map(|e| (e["name"].as_str().unwrap(), nanoseconds(&e["ts"]))).collect();
    let recorded: Vec<(&str, u64)> = scene.steps.iter().map(|step| (scene.label(step), step.time)).collect();
    assert_eq!(steps, recorded);
    let names: Vec<&str> = of("M")
        .into_iter()
        .filter(|event| event["name"] == "process_name")
        .map(|event| event["args"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["this process (pid 100)", "do_first (pid 200)", "do_second (pid 201)"]);
}

#[test]
fn stretches_of_one_thread_in_a_trace_never_cross() {
    for recording in [two_tasks(), two_processes(), crowd(5, 3)] {
        let lane = Lane::new("", None, Scene::new(recording));
        let mut by_thread: std::collections::HashMap<(u64, u64), Vec<(f64, f64)>> = Default::default();
        for event in export::events(&[lane]).iter().filter(|event| event["ph"] == "X") {
            let key = (event["pid"].as_u64().unwrap(), event["tid"].as_u64().unwrap());
            let (start, length) = (event["ts"].as_f64().unwrap(), event["dur"].as_f64().unwrap());
            by_thread.entry(key).or_default().push((start, start + length));
        }
        for stretches in by_thread.values_mut() {
            stretches.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(stretches.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 1e-6), "{stretches:?}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_written_gives_one_sentence() {
    let timeline = timeline(two_tasks());
    for name in ["trace.json", "picture.png"] {
        let text = timeline.save(std::path::Path::new("/no such folder").join(name)).text();
        assert!(text.starts_with("Cannot write /no such folder/"), "{text}");
        assert!(text.contains("name a file in a folder that exists"), "{text}");
    }
}

#[test]
fn running_on_a_core_that_was_not_read_is_named_where_rows_are_cores() {
    let unknown = crate::trace::Event::NO_CORE;
    let recording = Script::new(100)
        .at(10, HOME, 0, Who::task(1), Kind::Running)
        .at(40, HOME, 0, Who::task(1), Kind::Done)
        .at(50, (100, 101), unknown, Who::task(2), Kind::Running)
        .at(90, (100, 101), unknown, Who::task(2), Kind::Done)
        .recording();
    let timeline = timeline(recording);
    let said = "40.0 µs of running is in no row, since its core was not read";
    assert!(timeline.by_core().figure().text().contains(said), "{}", timeline.by_core().figure().text());
    assert!(!timeline.figure().text().contains("in no row"));
}
