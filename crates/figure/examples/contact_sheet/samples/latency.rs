use super::model::Model;
use figure::{Caption, Figure, LatencyLine, latencies};

use super::common::{MODELS, caption, hard_caption, hard_names, noise};

/// Most requests quick, a few slow.
fn line(model: Model, base: f64, slow: f64, number: usize) -> LatencyLine {
    let seconds = noise(base.to_bits() >> 7, number, 1.0).map(|n| {
        let unit = (n - 0.5).clamp(1e-4, 0.9999);
        base * (1.0 + 0.3 * unit) + slow * (unit / (1.0001 - unit) / 50.0).powf(1.3)
    });
    LatencyLine {
        look: Some(model.look()),
        name: model.to_string(),
        seconds: seconds.collect(),
        unanswered: 0,
    }
}

fn figure(caption: Caption, lines: Vec<LatencyLine>) -> Figure {
    Figure::new(latencies(caption, "request", lines))
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("400 clients, 1,000 requests a second for 5 s");
    let usual = vec![
        line(Model::Sequential, 0.9, 2.0, 5000),
        line(Model::Async, 0.0021, 0.002, 5000),
        line(Model::Threads(64), 0.0029, 0.004, 5000),
        LatencyLine { unanswered: 312, ..line(Model::Pool(4), 0.0083, 0.05, 5000) },
    ];
    let names = hard_names();
    let hard = (0..6)
        .map(|i| LatencyLine { name: names[i].clone(), ..line(MODELS[i], 0.01 * (i + 1) as f64, 0.01, 500) })
        .collect();
    let values = |seconds: Vec<f64>| LatencyLine { seconds, ..line(Model::Async, 1.0, 1.0, 0) };
    let none = LatencyLine { unanswered: 40, ..values(vec![]) };
    let forty = (0..40)
        .map(|i| LatencyLine {
            name: format!("lane {i}"),
            ..line(MODELS[i % 7], 0.001 * (i + 1) as f64, 0.001, 1000)
        })
        .collect();
    vec![
        ("latency-models".into(), figure(title(), usual)),
        (
            "latency-few".into(),
            figure(
                title(),
                vec![line(Model::Async, 0.002, 0.001, 20), line(Model::Threads(4), 0.003, 0.001, 20)],
            ),
        ),
        ("latency-million".into(), figure(title(), vec![line(Model::Async, 0.002, 0.001, 1_000_000)])),
        ("latency-hard-names".into(), figure(hard_caption(), hard)),
        ("latency-one".into(), figure(title(), vec![values(vec![0.0123])])),
        ("latency-equal".into(), figure(title(), vec![values(vec![0.5; 100]), none])),
        (
            "latency-range".into(),
            figure(title(), vec![values((0..100).map(|i| 1e-6 * 10f64.powf(i as f64 / 11.0)).collect())]),
        ),
        (
            "latency-not-numbers".into(),
            figure(title(), vec![values(vec![f64::NAN, f64::INFINITY, -1.0, 0.0, 0.5])]),
        ),
        ("latency-forty-lanes".into(), figure(title(), forty)),
        ("latency-empty".into(), figure(Caption::default(), vec![])),
    ]
}
