use super::model::Model;
use figure::{Caption, Figure, Heartbeat, HeartbeatRow, HeartbeatSeries};

use super::common::{MODELS, caption, hard_caption, hard_names, noise};

const PERIOD: f64 = 1.0 / 60.0;

fn row(model: Model, name: &str, held: (f64, f64), watched: f64) -> HeartbeatRow {
    let number = (watched / PERIOD) as usize;
    let beats = noise(7, number, 0.1).enumerate().map(|(index, n)| {
        let due = (index + 1) as f64 * PERIOD;
        let came = due + (n - 0.95) * PERIOD;
        Heartbeat { due, came: if came > held.0 && came < held.1 { held.1 } else { came } }
    });
    let work = Some((0.2, 0.2 + 0.5 * watched));
    HeartbeatRow { look: Some(model.look()), name: name.into(), beats: beats.collect(), work, failed: None }
}

fn figure(caption: Caption, rows: Vec<HeartbeatRow>) -> Figure {
    Figure::new(HeartbeatSeries { caption, period: PERIOD, rows })
}

pub fn all() -> Vec<(String, Figure)> {
    let title = || caption("60 beats a second while 400 ms of computing runs");
    let usual = vec![
        row(Model::Sequential, "in place", (0.2, 0.62), 1.0),
        row(Model::Async, "as a task that gives way", (0.3, 0.345), 1.0),
        row(Model::Threads(1), "on a thread", (9.0, 9.0), 1.0),
        row(Model::Processes(1), "in a process", (9.0, 9.0), 1.0),
    ];
    let names = hard_names();
    let hard = (0..6).map(|i| row(MODELS[i], &names[i], (0.1 * i as f64, 0.5), 2.0)).collect();
    let bare = |beats: &[(f64, f64)]| HeartbeatRow {
        beats: beats.iter().map(|(due, came)| Heartbeat { due: *due, came: *came }).collect(),
        work: None,
        ..row(Model::Async, "beats", (0.0, 0.0), 0.0)
    };
    let failed = HeartbeatRow {
        failed: Some("the work panicked: index 7 of a list of 3".into()),
        ..row(Model::Pool(2), "panics", (0.0, 0.0), 0.2)
    };
    let nan = f64::NAN;
    let forty = (0..40)
        .map(|i| row(MODELS[i % 7], &format!("lane {i}"), (0.2, 0.2 + i as f64 * 0.02), 1.2))
        .collect();
    vec![
        ("heartbeat-models".into(), figure(title(), usual)),
        (
            "heartbeat-long".into(),
            figure(title(), vec![row(Model::Sequential, "in place", (10.0, 44.0), 60.0)]),
        ),
        ("heartbeat-hard-names".into(), figure(hard_caption(), hard)),
        (
            "heartbeat-no-beat".into(),
            figure(
                title(),
                vec![bare(&[]), bare(&[(0.1, 0.1)]), bare(&[(0.1, nan), (0.2, f64::INFINITY)]), failed],
            ),
        ),
        (
            "heartbeat-range".into(),
            figure(title(), vec![bare(&[(1e-6, 1e-6), (1.0, 1e3)]), bare(&[(1e-6, 2e-6)])]),
        ),
        (
            "heartbeat-not-numbers".into(),
            figure(title(), vec![bare(&[(nan, nan), (f64::INFINITY, -1.0), (-1.0, 0.5)])]),
        ),
        ("heartbeat-forty-lanes".into(), figure(title(), forty)),
        ("heartbeat-empty".into(), figure(Caption::default(), vec![])),
    ]
}
