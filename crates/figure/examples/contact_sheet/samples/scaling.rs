use super::model::Model;
use figure::draw::Values;
use figure::{Caption, Figure, Guide, Line, LinePoint, LinesSeries, Quantity, format};

use super::common::{MODELS, caption, hard_caption, hard_names, noise};

fn point(workers: usize, speedup: f64, interval: Option<(f64, f64)>) -> LinePoint {
    LinePoint { at: workers as f64, values: vec![(speedup, interval)], failed: None }
}

/// Amdahl's law.
fn law(serial: f64, most: usize) -> impl DoubleEndedIterator<Item = (f64, f64)> {
    let place = move |step: i32| 1.0 + (most as f64 - 0.5) * f64::from(step) / 60.0;
    (0..=60).map(move |step| (place(step), 1.0 / (serial + (1.0 - serial) / place(step))))
}

fn line(model: Model, name: &str, serial: f64, cores: f64, most: usize) -> Line {
    let points = noise(most as u64 + (serial * 1e6) as u64, most, 0.04)
        .enumerate()
        .map(|(index, wobble)| {
            let n = (index + 1) as f64;
            let speedup = 1.0 / (serial + (1.0 - serial) / n.min(cores)) * wobble;
            point(index + 1, speedup, Some((speedup * 0.96, speedup * 1.03)))
        })
        .collect();
    let (low, high) = (serial * 0.7, (serial * 1.4 + 0.01).min(1.0));
    let share = |share| format::percent(share).replace('%', "");
    Line {
        look: Some(model.look()),
        name: name.into(),
        points,
        details: vec![format!("serial {}% [{}, {}]", share(serial), share(low), share(high))],
        curve: law(serial, most).collect(),
        band: law(low, most).chain(law(high, most).rev()).collect(),
        ..Line::default()
    }
}

fn without_fit(line: Line) -> Line {
    Line { details: Vec::new(), curve: Vec::new(), band: Vec::new(), ..line }
}

fn series(caption: Caption, lines: Vec<Line>, physical: Option<usize>, logical: Option<usize>) -> Figure {
    let points = || lines.iter().flat_map(|line| &line.points);
    let most = points().map(|point| point.at).fold(2.0, f64::max);
    let reached = points().map(|point| point.values[0].0).filter(|value| value.is_finite());
    let high = reached.fold(1.0, f64::max) * 1.25;
    let cores = [(physical, "physical"), (logical, "logical")].into_iter();
    let cores = cores.filter_map(|(number, kind)| Some((number? as f64, kind)));
    let guide = |(number, kind)| Guide {
        from: (number, 0.0),
        to: (number, high),
        name: format!("{number} {kind} cores"),
    };
    let ideal = Guide { from: (1.0, 1.0), to: (most.min(high), most.min(high)), name: "ideal".into() };
    Figure::new(LinesSeries {
        caption,
        across: ("workers".into(), Values::exactly(Quantity::Number, (0.5, most + 0.5))),
        up: vec![("speed-up".into(), Values::exactly(Quantity::Times, (0.0, high)))],
        guides: cores
            .filter(|(number, _)| *number > 0.0 && *number <= most)
            .map(guide)
            .chain([ideal])
            .collect(),
        lines,
        each: Some(("efficiency", format::percent)),
        table: None,
    })
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("64 tasks, primes below 2,000,000");
    let threads = || line(Model::Threads(1), "threads", 0.03, 8.0, 16);
    let all = [0.02, 0.05, 0.08, 0.1, 0.15, 0.3, 1.0]
        .into_iter()
        .zip(MODELS)
        .map(|(serial, model)| line(model, &model.to_string(), serial, 8.0, 12))
        .collect();
    let two = vec![without_fit(line(Model::Threads(1), "threads", 0.01, 2.0, 4))];
    let names = hard_names();
    let hard = (0..6).map(|i| line(MODELS[i], &names[i], 0.05 * i as f64, 8.0, 8)).collect();
    let mut failing = threads();
    failing.points[9].values = vec![(f64::NAN, None)];
    failing.points[9].failed = Some("the system refused thread 10: resource temporarily unavailable".into());
    let one = Line { points: threads().points[..1].to_vec(), ..without_fit(threads()) };
    let flat = Line { points: (1..=8).map(|n| point(n, 1.0, None)).collect(), ..without_fit(threads()) };
    let range = (0..10).map(|i| point(1 << (3 * i), 10f64.powi(i), None)).collect();
    let bad = [f64::NAN, f64::INFINITY, -3.0, 0.0, 2.0]
        .into_iter()
        .enumerate()
        .map(|(i, speedup)| point(i, speedup, Some((f64::NAN, speedup))))
        .collect();
    let nan_fit = Line {
        curve: vec![(1.0, f64::NAN), (2.0, f64::NAN)],
        band: vec![(f64::NAN, 1.0), (1.0, f64::INFINITY)],
        ..threads()
    };
    let forty = (0..40).map(|i| line(MODELS[i % 7], &format!("lane {i}"), i as f64 / 40.0, 8.0, 8)).collect();
    vec![
        ("scaling-one-model".into(), series(title(), vec![threads()], Some(4), Some(8))),
        ("scaling-all-models".into(), series(title(), all, Some(4), Some(8))),
        ("scaling-two-cores".into(), series(title(), two, Some(1), Some(2))),
        ("scaling-hard-names".into(), series(hard_caption(), hard, Some(8), Some(8))),
        ("scaling-failed-point".into(), series(title(), vec![failing], None, Some(8))),
        ("scaling-one-point".into(), series(title(), vec![one], Some(1), Some(1))),
        ("scaling-flat".into(), series(title(), vec![flat], Some(2), Some(2))),
        (
            "scaling-range".into(),
            series(title(), vec![Line { points: range, ..without_fit(threads()) }], None, None),
        ),
        (
            "scaling-not-numbers".into(),
            series(title(), vec![Line { points: bad, ..nan_fit }], Some(0), Some(0)),
        ),
        ("scaling-forty-lanes".into(), series(title(), forty, Some(4), Some(8))),
        ("scaling-empty".into(), series(Caption::default(), vec![], None, None)),
    ]
}
