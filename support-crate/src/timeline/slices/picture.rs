//! Slices as a picture: a row for each thread or task, solid where it had the core.

use crate::chart::theme::{INK, nth_colour};
use crate::chart::{Caption, Cell, Column, Key, Lane, LaneGroup, LanesSeries, Segment, Stretch, Table};
use crate::format;
use crate::measure::median;
use crate::timeline::tell::time;

use super::data::{Slice, Slices, Switched, times};

/// The slices of one thread or task.
struct Track<'a> {
    name: &'a str,
    slices: Vec<Slice>,
    involuntary: Option<u64>,
}

impl Track<'_> {
    fn median(&self) -> Option<u64> {
        let lengths: Vec<f64> = self.slices.iter().map(|slice| slice.on_core as f64).collect();
        median(&lengths).map(|median| median as u64)
    }

    fn told(&self) -> String {
        let slices = format::plural(self.slices.len() as u64, "slice");
        let switches =
            self.involuntary.map(|count| format!(", {}", format::plural(count, "involuntary switch")));
        let median = time(self.median().unwrap_or(0));
        format!("{slices}, median {median}{}", switches.unwrap_or_default())
    }
}

/// The picture of slices.
pub(super) fn picture(data: &Slices) -> LanesSeries {
    let slices = data.slices();
    let of = |place| slices.iter().filter(move |slice| slice.track == place).copied().collect();
    let tracks = data.tracks.iter().enumerate();
    let tracks: Vec<Track> = tracks
        .map(|(place, track)| Track { name: &track.name, slices: of(place), involuntary: track.involuntary })
        .collect();
    let (thing, off) = match data.switched {
        Switched::Threads => ("core", "off the core"),
        Switched::Tasks { .. } => ("thread", "without the thread"),
    };
    LanesSeries {
        caption: caption(data, off),
        range: (0.0, data.length().max(1) as f64 * 1e-9),
        axis: "since the start".to_owned(),
        legend: vec![
            (Key::Stretch(Stretch::Solid), format!("has the {thing}")),
            (Key::Stretch(Stretch::Low), off.to_owned()),
        ],
        groups: vec![LaneGroup {
            name: String::new(),
            detail: String::new(),
            colour: INK,
            end: None,
            failed: false,
            dense: false,
            lanes: tracks.iter().enumerate().map(|(place, track)| lane(place, track)).collect(),
        }],
        all_labels: String::new(),
        alt: alt(data, &tracks),
        table: table(&tracks),
    }
}

fn lane(place: usize, track: &Track) -> Lane {
    let colour = nth_colour(place);
    let segment = |from: u64, to: u64, look| {
        let share = if look == Stretch::Solid { 1.0 } else { 0.0 };
        Segment { from: from as f64 * 1e-9, to: to as f64 * 1e-9, look, share, colour }
    };
    let ends = track.slices.first().zip(track.slices.last());
    let between = ends.map(|(first, last)| segment(first.start, last.end, Stretch::Low));
    let slices = track.slices.iter().map(|slice| segment(slice.start, slice.end, Stretch::Solid));
    Lane {
        name: track.name.to_owned(),
        segments: between.into_iter().chain(slices).collect(),
        note: track.told(),
        ..Lane::default()
    }
}

fn caption(data: &Slices, off: &str) -> Caption {
    let how = match data.switched {
        Switched::Threads => "who had the one core, by gaps in each thread's clock readings",
        Switched::Tasks { .. } => "who had the one thread, by gaps in each task's clock readings",
    };
    let mut caption = Caption::new(data.tell(), format!("{how} · {}", data.machine.cpu));
    if let Switched::Tasks { .. } = data.switched
        && data.involuntary > 0
    {
        caption = caption.with_note(format!(
            "meanwhile the system took the core from the thread itself {}; it does not decide which task has the \
             thread",
            times(data.involuntary)
        ));
    }
    let (elsewhere, length) = (data.elsewhere().as_nanos() as u64, data.length());
    if elsewhere as f64 >= 0.02 * length.max(1) as f64 {
        let of = format!("{} of {}", time(elsewhere), time(length));
        caption = caption.with_note(format!("{of} the core was with other programs"));
    }
    caption.with_note(format!("a gap above {} counts as time {off}", time(data.threshold)))
}

fn alt(data: &Slices, tracks: &[Track]) -> String {
    let rows: Vec<String> = tracks.iter().map(|track| format!("{}: {}.", track.name, track.told())).collect();
    let overlap = match data.overlap().is_zero() {
        true => "No two slices overlap.",
        false => "Some slices overlap.",
    };
    format!("{}. {} {overlap}", data.tell(), rows.join(" "))
}

fn table(tracks: &[Track]) -> Table {
    let mut table = Table::new([
        Column::text("who"),
        Column::number("slices", ""),
        Column::number("median", "s"),
        Column::number("shortest", "s"),
        Column::number("longest", "s"),
        Column::number("on the core", "s"),
        Column::number("involuntary switches", ""),
    ]);
    let span = |value: Option<u64>| match value {
        Some(value) => Cell::number(value as f64 * 1e-9, time(value)),
        None => Cell::none(),
    };
    let number = |value: u64| Cell::number(value as f64, format::count(value));
    for track in tracks {
        let lengths = || track.slices.iter().map(|slice| slice.on_core);
        table.push([
            Cell::text(track.name),
            number(lengths().count() as u64),
            span(track.median()),
            span(lengths().min()),
            span(lengths().max()),
            span(Some(lengths().sum())),
            track.involuntary.map_or(Cell::none(), number),
        ]);
    }
    table
}
