use super::model::Model;
use figure::draw::Values;
use figure::{Caption, Figure, Line, LinePoint, LinesSeries, Quantity, format};

use super::common::{MODELS, caption, hard_caption, hard_names, noise};

fn line(model: Model, seconds: f64, bytes: f64, upto: u32) -> Line {
    let points = noise(model.workers() as u64 + u64::from(upto), upto as usize, 0.2)
        .enumerate()
        .map(|(index, wobble)| {
            let tasks = if index % 2 == 0 {
                10u64.pow(1 + index as u32 / 2)
            } else {
                3 * 10u64.pow(1 + index as u32 / 2)
            };
            let time = 0.025 + seconds * tasks as f64 * wobble;
            LinePoint {
                at: tasks as f64,
                values: vec![(time, Some((time * 0.9, time * 1.15))), (bytes * tasks as f64 * wobble, None)],
                failed: None,
            }
        })
        .collect();
    Line {
        look: Some(model.look()),
        name: model.to_string(),
        points,
        details: vec![String::new(), format!("{} a task", format::measured_bytes(bytes))],
        ..Line::default()
    }
}

fn figure(caption: Caption, lines: Vec<Line>) -> Figure {
    let points = || lines.iter().flat_map(|line| &line.points);
    let value = |plot: usize| points().filter_map(move |point| point.values.get(plot)).map(|value| value.0);
    let tasks = Quantity::Number;
    let tasks = Values::log(tasks, points().map(|point| point.at));
    let ends = points().flat_map(|point| &point.values).filter_map(|value| value.1);
    let times = value(0).chain(ends.flat_map(|(low, high)| [low, high]));
    let mut up = vec![("time".into(), Values::log(Quantity::Seconds, times))];
    if value(1).next().is_some() {
        up.push(("memory".into(), Values::log(Quantity::Bytes, value(1))));
    }
    Figure::new(LinesSeries {
        caption,
        across: ("tasks".into(), tasks),
        up,
        lines,
        guides: Vec::new(),
        each: Some(("time a task", format::duration)),
        table: None,
    })
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("10 to 100,000 waits of 25 ms");
    let reason = "the system refused thread 32,754: resource temporarily unavailable; its limit is in /proc/sys/kernel/threads-max";
    let threads = || Line {
        name: "threads".into(),
        end: Some(reason.into()),
        ..line(Model::Threads(8), 2.1e-5, 9_800.0, 8)
    };
    let names = hard_names();
    let hard = (0..6)
        .map(|i| Line {
            name: names[i].clone(),
            end: (i % 2 == 0).then(|| "a reason ".repeat(40)),
            ..line(MODELS[i], 1e-6 * 3f64.powi(i as i32), 300.0 * 4f64.powi(i as i32), 6)
        })
        .collect();
    let strip = |line: Line| Line {
        points: line.points.into_iter().map(|p| LinePoint { values: vec![p.values[0]], ..p }).collect(),
        details: Vec::new(),
        ..line
    };
    let point = |seconds: f64, bytes: f64| LinePoint {
        at: 100.0,
        values: vec![(seconds, None), (bytes, None)],
        failed: None,
    };
    let single = |points: Vec<LinePoint>| vec![Line { points, ..line(Model::Async, 1.0, 1.0, 1) }];
    let bad = vec![
        point(f64::NAN, 0.0),
        point(f64::INFINITY, f64::NAN),
        point(-1.0, -5.0),
        point(0.0, 3.0),
        point(2.0, 1e5),
    ];
    let range = (0..10)
        .map(|i| LinePoint { at: 10f64.powi(i), ..point(1e-6 * 10f64.powi(i), 10f64.powi(i)) })
        .collect();
    let forty = (0..40)
        .map(|i| Line {
            name: format!("lane {i}"),
            ..line(MODELS[i % 7], 1e-6 * (i + 1) as f64, 200.0 * (i + 1) as f64, 6)
        })
        .collect();
    let not_started = Line { points: vec![], ..threads() };
    vec![
        (
            "growth-async-threads".into(),
            figure(title(), vec![line(Model::Async, 2.4e-6, 410.0, 9), threads()]),
        ),
        (
            "growth-time-only".into(),
            figure(title(), vec![strip(line(Model::Async, 2.4e-6, 0.0, 9)), strip(threads())]),
        ),
        ("growth-hard-names".into(), figure(hard_caption(), hard)),
        (
            "growth-not-started".into(),
            figure(title(), vec![line(Model::Async, 2.4e-6, 410.0, 9), not_started]),
        ),
        ("growth-one-point".into(), figure(title(), single(vec![point(0.025, 4096.0)]))),
        (
            "growth-all-equal".into(),
            figure(
                title(),
                single(
                    (1..6).map(|i| LinePoint { at: 10.0 * f64::from(i), ..point(0.025, 4096.0) }).collect(),
                ),
            ),
        ),
        ("growth-range".into(), figure(title(), single(range))),
        ("growth-not-numbers".into(), figure(title(), single(bad))),
        ("growth-forty-lanes".into(), figure(title(), forty)),
        ("growth-empty".into(), figure(Caption::default(), vec![])),
    ]
}
