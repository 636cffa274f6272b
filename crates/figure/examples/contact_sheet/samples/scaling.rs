use super::model::Model;
use figure::{AmdahlFit, Caption, Figure, ScalingLine, ScalingPoint, ScalingSeries};

use super::{MODELS, caption, hard_caption, hard_names, noise};

fn line(model: Model, name: &str, serial: f64, cores: f64, most: usize) -> ScalingLine {
    let points = noise(most as u64 + (serial * 1e6) as u64, most, 0.04)
        .enumerate()
        .map(|(index, wobble)| {
            let n = (index + 1) as f64;
            let speedup = 1.0 / (serial + (1.0 - serial) / n.min(cores)) * wobble;
            ScalingPoint {
                workers: index + 1,
                speedup,
                interval: Some((speedup * 0.96, speedup * 1.03)),
                failed: None,
            }
        })
        .collect();
    let fit = Some(AmdahlFit { serial, low: serial * 0.7, high: serial * 1.4 + 0.01, bound: None });
    ScalingLine { look: Some(model.look()), name: name.into(), points, fit }
}

fn series(
    caption: Caption,
    lines: Vec<ScalingLine>,
    physical: Option<usize>,
    logical: Option<usize>,
) -> Figure {
    Figure::new(ScalingSeries { caption, lines, physical, logical })
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("64 tasks, primes below 2,000,000");
    let threads = || line(Model::Threads(1), "threads", 0.03, 8.0, 16);
    let all = [0.02, 0.05, 0.08, 0.1, 0.15, 0.3, 1.0]
        .into_iter()
        .zip(MODELS)
        .map(|(serial, model)| line(model, &model.to_string(), serial, 8.0, 12))
        .collect();
    let two = vec![ScalingLine { fit: None, ..line(Model::Threads(1), "threads", 0.01, 2.0, 4) }];
    let names = hard_names();
    let hard = (0..6).map(|i| line(MODELS[i], &names[i], 0.05 * i as f64, 8.0, 8)).collect();
    let mut failing = threads();
    failing.points[9] = ScalingPoint {
        workers: 10,
        speedup: f64::NAN,
        interval: None,
        failed: Some("the system refused thread 10: resource temporarily unavailable".into()),
    };
    let one = ScalingLine { points: threads().points[..1].to_vec(), fit: None, ..threads() };
    let flat = ScalingLine {
        points: (1..=8)
            .map(|workers| ScalingPoint { workers, speedup: 1.0, interval: None, failed: None })
            .collect(),
        fit: None,
        ..threads()
    };
    let range = (0..10)
        .map(|i| ScalingPoint { workers: 1 << (3 * i), speedup: 10f64.powi(i), interval: None, failed: None })
        .collect();
    let bad = [f64::NAN, f64::INFINITY, -3.0, 0.0, 2.0]
        .into_iter()
        .enumerate()
        .map(|(i, speedup)| ScalingPoint {
            workers: i,
            speedup,
            interval: Some((f64::NAN, speedup)),
            failed: None,
        })
        .collect();
    let nan_fit = Some(AmdahlFit { serial: f64::NAN, low: f64::NAN, high: f64::INFINITY, bound: None });
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
            series(title(), vec![ScalingLine { points: range, fit: None, ..threads() }], None, None),
        ),
        (
            "scaling-not-numbers".into(),
            series(title(), vec![ScalingLine { points: bad, fit: nan_fit, ..threads() }], Some(0), Some(0)),
        ),
        ("scaling-forty-lanes".into(), series(title(), forty, Some(4), Some(8))),
        ("scaling-empty".into(), series(Caption::default(), vec![], None, None)),
    ]
}
