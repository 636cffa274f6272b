//! The lesson's measurements as pictures: from results to chart series in one step, drawn elsewhere.

use super::demo::{Heartbeat, ServerLoad};
use super::show::told;
use crate::chart::{self, Caption, Figure, HeartbeatSeries, LatencyLine};
use crate::format;
use crate::machine::machine;
use crate::measure::median;

told!(Heartbeat, problem);

impl Heartbeat {
    fn picture(&self) -> Figure {
        let title = format!("A heartbeat beside {}", self.title);
        Figure::new(HeartbeatSeries {
            caption: Caption::new(title, machine().in_short()),
            period: 1.0 / super::demo::RATE,
            rows: self.pulses.iter().map(|pulse| pulse.row.clone()).collect(),
        })
    }

    fn words(&self) -> String {
        let told = self.pulses.iter().map(|pulse| {
            let name = &pulse.row.name;
            let (late, missed) = (format::duration(pulse.latest()), pulse.missed() as u64);
            match (&pulse.row.failed, format::plural(missed, "beat")) {
                (Some(reason), _) => format!("{name}: {reason}."),
                (None, missed) => format!("{name}: the most delayed beat came {late} late, {missed} missed."),
            }
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

told!(ServerLoad, problem);

impl ServerLoad {
    fn picture(&self) -> Figure {
        let most = self.loads.iter().map(|load| load.clients).max().unwrap_or(0);
        let lines = self.loads.iter().filter(|load| load.clients == most).map(|load| LatencyLine {
            look: Some(load.server.1.look()),
            name: load.server.0.into(),
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
            let answered = format::count(load.per_second.round() as u64);
            let left = format::count((load.sent - load.latencies.len()) as u64);
            let told = match (&load.failed, median(&load.latencies).map(format::duration)) {
                (Some(reason), _) => reason.clone(),
                (None, None) => "no request was answered".to_owned(),
                (None, Some(typical)) => format!(
                    "{answered} requests a second answered, {left} left unanswered; a request typically took {typical}"
                ),
            };
            format!("{}, {clients}: {told}.", load.server.0)
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::HeartbeatRow;
    use crate::lesson::demo::{Load, Place, Pulse};
    use crate::model::Model;

    #[test]
    fn a_heartbeat_is_drawn_and_told_with_its_missed_beats() {
        let beat = |due: f64, came: f64| chart::Heartbeat { due, came };
        let row = HeartbeatRow {
            look: None,
            name: "in place".into(),
            beats: vec![beat(0.016, 0.016), beat(0.033, 0.3), beat(0.05, 0.3)],
            work: Some((0.016, 0.3)),
            failed: None,
        };
        let pulse = Pulse { place: Place::InPlace, row };
        let heart = Heartbeat { title: "a nap".into(), pulses: vec![pulse], ..Heartbeat::default() };
        assert_eq!(heart.verdict(), "in place: the most delayed beat came 267 ms late, 2 beats missed.");
        assert!(heart.figure().text().contains("A heartbeat beside a nap"));
    }

    #[test]
    fn a_server_that_left_requests_unanswered_is_told_so() {
        let load = Load {
            server: ("sequential", Model::Sequential),
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
