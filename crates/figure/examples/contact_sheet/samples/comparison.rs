use super::model::Model;
use figure::{Caption, ComparisonRow, ComparisonSeries, Dot, Figure, Quantity};

use super::common::{MODELS, caption, hard_caption, hard_names, noise};

fn run(value: f64) -> Dot {
    Dot { value, outlier: false, disturbed: false }
}

fn row(model: Model, median: f64, base: f64, runs: usize) -> ComparisonRow {
    let dots =
        noise(model.workers() as u64 + median.to_bits() % 97, runs, 0.08).map(|n| run(median * n)).collect();
    let ratio = base / median;
    ComparisonRow {
        look: Some(model.look()),
        name: model.to_string(),
        null: false,
        failed: None,
        value: median,
        interval: Some((median * 0.985, median * 1.02)),
        ratio: (model != Model::Sequential).then_some((ratio, Some((ratio * 0.98, ratio * 1.02)))),
        dots,
        also: model.workers().to_string(),
    }
}

fn series(caption: Caption, rows: Vec<ComparisonRow>, band: Option<(f64, f64)>) -> Figure {
    Figure::new(ComparisonSeries {
        caption,
        measure: "time of one run".into(),
        statistic: "average run".into(),
        interval: "95% interval for the average run, a fifth of the runs cut from each end".into(),
        quantity: Quantity::Seconds,
        baseline: "sequential".into(),
        rows,
        band,
        also: "open at once".into(),
        told: "Open at once: so many as there are workers.".into(),
    })
}

fn null(median: f64) -> ComparisonRow {
    let again = ComparisonRow {
        null: true,
        name: "sequential (again)".into(),
        ..row(Model::Sequential, median, median, 9)
    };
    ComparisonRow { ratio: Some((0.997, Some((0.97, 1.02)))), ..again }
}

pub fn all() -> Vec<(String, Figure)> {
    let times = [1.021, 1.034, 0.530, 0.522, 0.518, 0.541, 0.553];
    let mut computing: Vec<_> =
        MODELS.iter().zip(times).map(|(model, time)| row(*model, time, 1.021, 9)).collect();
    computing.insert(1, null(1.018));
    computing[3].dots[2] = Dot { value: 0.71, outlier: true, disturbed: false };
    computing[4].dots[5] = Dot { value: 0.66, outlier: false, disturbed: true };
    computing[5].dots[1] = Dot { value: 9.4, outlier: true, disturbed: false };
    let mut waiting: Vec<_> = [1.04, 0.0262, 0.0264, 0.0268, 0.262, 0.264, 0.27]
        .into_iter()
        .zip(MODELS)
        .map(|(time, model)| row(model, time, 1.04, 9))
        .collect();
    waiting.insert(1, null(1.043));
    waiting[5].failed = Some(
        "could not start process 37 of 40: too many open files; raise `ulimit -n` or take fewer processes"
            .into(),
    );
    let names = hard_names();
    let hard = (0..names.len())
        .map(|i| ComparisonRow { name: names[i].clone(), ..row(MODELS[i], 0.3 + 0.2 * i as f64, 1.0, 9) })
        .collect();
    let forty = (1..=40).map(|i| row(Model::Threads(i), 1.0 / i as f64 + 0.05, 1.05, 30)).collect();
    let range = (0..10)
        .map(|i| ComparisonRow {
            name: format!("ten to the {i}"),
            ..row(MODELS[i % 7], 1e-6 * 10f64.powi(i as i32), 1.0, 5)
        })
        .collect();
    let bad = [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.5]
        .into_iter()
        .zip(MODELS)
        .map(|(value, model)| ComparisonRow {
            dots: vec![run(value), run(0.5)],
            interval: Some((value, f64::NAN)),
            ..row(model, value, 1.0, 0)
        })
        .collect();
    let equal = MODELS
        .iter()
        .map(|model| ComparisonRow {
            interval: Some((0.5, 0.5)),
            dots: vec![run(0.5); 9],
            ..row(*model, 0.5, 0.5, 0)
        })
        .collect();
    let one =
        vec![ComparisonRow { interval: None, dots: vec![run(0.025)], ..row(Model::Async, 0.025, 0.025, 1) }];
    let failed = MODELS
        .iter()
        .map(|model| ComparisonRow {
            failed: Some("no core 99 here: this machine has cores 0 to 7".into()),
            ..row(*model, f64::NAN, 1.0, 0)
        })
        .collect();
    vec![
        (
            "comparison-computing".into(),
            series(caption("64 tasks, primes below 2,000,000"), computing, Some((0.99, 1.05))),
        ),
        (
            "comparison-waiting".into(),
            series(caption("40 downloads of 64 KiB, latency 25 ms"), waiting, Some((1.01, 1.07))),
        ),
        ("comparison-hard-names".into(), series(hard_caption(), hard, Some((0.25, 0.35)))),
        ("comparison-forty-lanes".into(), series(caption("Forty lanes"), forty, Some((1.0, 1.1)))),
        (
            "comparison-range".into(),
            series(caption("A range of a thousand million"), range, Some((0.9, 1.1))),
        ),
        (
            "comparison-not-numbers".into(),
            series(caption("NaN, infinity, negative, zero"), bad, Some((f64::NAN, 1.0))),
        ),
        ("comparison-all-equal".into(), series(caption("All equal"), equal, Some((0.5, 0.5)))),
        ("comparison-one-sample".into(), series(caption("One sample"), one, None)),
        ("comparison-all-failed".into(), series(caption("Every lane failed"), failed, None)),
        ("comparison-empty".into(), series(Caption::default(), Vec::new(), None)),
    ]
}
