//! The lesson's measurements as pictures: from results to chart series in one step, drawn elsewhere.

use super::demo::{Heartbeat, Place, Server, ServerLoad};
use super::show::told;
use crate::chart::{self, Caption, Figure, HeartbeatRow, HeartbeatSeries, LatencyLine};
use crate::format;
use crate::machine::machine;
use crate::model::Model;

impl Place {
    /// The model whose colour it is drawn in.
    fn model(self) -> Model {
        match self {
            Self::InPlace => Model::Sequential,
            Self::Task | Self::TaskThatYields | Self::SpawnBlocking => Model::Async,
            Self::Thread => Model::Threads(1),
            Self::Process => Model::Processes(1),
        }
    }
}

told!(Heartbeat, problem);

impl Heartbeat {
    fn picture(&self) -> Figure {
        let rows = self.pulses.iter().map(|pulse| HeartbeatRow {
            look: Some(pulse.place.model().look()),
            name: pulse.place.name().into(),
            beats: pulse
                .beats
                .iter()
                .map(|beat| chart::Heartbeat { due: beat.due, came: beat.came })
                .collect(),
            work: Some(pulse.work),
            failed: pulse.failed.clone(),
        });
        let title = format!("A heartbeat beside {}", self.title);
        Figure::new(HeartbeatSeries {
            caption: Caption::new(title, machine().in_short()),
            period: 1.0 / super::demo::RATE,
            rows: rows.collect(),
        })
    }

    fn words(&self) -> String {
        let told = self.pulses.iter().map(|pulse| match &pulse.failed {
            Some(reason) => format!("{}: {reason}.", pulse.place.name()),
            None => format!(
                "{}: the most delayed beat came {} late, {} missed.",
                pulse.place.name(),
                format::duration(pulse.latest()),
                format::plural(pulse.missed() as u64, "beat"),
            ),
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

impl Server {
    /// The model whose colour it is drawn in.
    fn model(self) -> Model {
        match self {
            Self::Sequential => Model::Sequential,
            Self::ThreadEach => Model::Threads(1),
            Self::Async => Model::Async,
        }
    }
}

told!(ServerLoad, problem);

impl ServerLoad {
    fn picture(&self) -> Figure {
        let most = self.loads.iter().map(|load| load.clients).max().unwrap_or(0);
        let lines = self.loads.iter().filter(|load| load.clients == most).map(|load| LatencyLine {
            look: Some(load.server.model().look()),
            name: load.server.name().into(),
            seconds: load.latencies.clone(),
            unanswered: (load.sent - load.latencies.len()) as u64,
        });
        let title = format!(
            "{} ask a server that waits {} for each request",
            format::plural(most as u64, "client"),
            format::duration(self.wait)
        );
        let caption = Caption::new(title, machine().in_short())
            .with_note("counted from the moment a request was meant to be sent (open loop)");
        Figure::new(chart::latencies(caption, "request", lines.collect()))
    }

    fn words(&self) -> String {
        let told = self.loads.iter().map(|load| {
            let clients = format::plural(load.clients as u64, "client");
            let name = load.server.name();
            match (&load.failed, typical(&load.latencies)) {
                (Some(reason), _) => format!("{name}, {clients}: {reason}."),
                (None, None) => format!("{name}, {clients}: no request was answered."),
                (None, Some(typical)) => format!(
                    "{name}, {clients}: {} requests a second answered, {} left unanswered; a request typically took {}.",
                    format::count(load.per_second.round() as u64),
                    format::count((load.sent - load.latencies.len()) as u64),
                    format::duration(typical)
                ),
            }
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

/// The half-way mark that the picture shows too.
fn typical(latencies: &[f64]) -> Option<f64> {
    let mut sorted = latencies.to_vec();
    sorted.sort_by(f64::total_cmp);
    chart::percentile(&sorted, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::demo::{Beat, Load, Pulse};

    #[test]
    fn a_heartbeat_is_drawn_and_told_with_its_missed_beats() {
        let beat = |due: f64, came: f64| Beat { due, came };
        let pulse = Pulse {
            place: Place::InPlace,
            beats: vec![beat(0.016, 0.016), beat(0.033, 0.3), beat(0.05, 0.3)],
            work: (0.016, 0.3),
            failed: None,
        };
        let heart = Heartbeat { title: "a nap".into(), pulses: vec![pulse], ..Heartbeat::default() };
        assert_eq!(heart.verdict(), "in place: the most delayed beat came 267 ms late, 2 beats missed.");
        assert!(heart.figure().text().contains("A heartbeat beside a nap"));
    }

    #[test]
    fn a_server_that_left_requests_unanswered_is_told_so() {
        let load = Load {
            server: Server::Sequential,
            clients: 8,
            sent: 64,
            latencies: vec![0.005, 0.2, 0.4],
            per_second: 7.5,
            failed: None,
        };
        let load = ServerLoad { wait: 0.005, loads: vec![load], ..ServerLoad::default() };
        assert!(
            load.verdict().contains("8 requests a second answered, 61 left unanswered"),
            "{}",
            load.verdict()
        );
        assert!(load.figure().text().contains("8 clients ask a server"));
    }
}
