//! Slices as a picture: a row for each thread or task, solid where it had the core.

use crate::chart::theme::{INK, nth_colour};
use crate::chart::{Caption, Key, Lane, LaneGroup, LanesSeries, Quantity, Segment, Stretch, Table};
use crate::format;
use crate::timeline::tell::time;

use super::data::{Slice, SliceTrack, Slices, times};

/// One thread or task with its slices.
type Track<'a> = (&'a SliceTrack, Vec<Slice>);

/// The picture of slices.
pub(super) fn picture(data: &Slices) -> LanesSeries {
    let slices = data.slices();
    let of = |place| slices.iter().filter(move |slice| slice.track == place).copied().collect();
    let tracks: Vec<Track> =
        data.tracks.iter().enumerate().map(|(place, track)| (track, of(place))).collect();
    let (thing, off) = match data.awaits {
        None => ("core", "off the core"),
        Some(_) => ("thread", "without the thread"),
    };
    LanesSeries {
        quantity: Quantity::Seconds,
        caption: caption(data, off),
        range: (0.0, data.length().max(1) as f64 * 1e-9),
        axis: "since the start".to_owned(),
        legend: vec![
            (Key::Stretch(Stretch::Solid), format!("has the {thing}")),
            (Key::Stretch(Stretch::Low), off.to_owned()),
        ],
        groups: vec![LaneGroup {
            colour: INK,
            lanes: tracks.iter().enumerate().map(|(place, track)| lane(data, place, track)).collect(),
            ..LaneGroup::default()
        }],
        all_labels: String::new(),
        alt: alt(data, &tracks),
        table: table(data, &tracks),
    }
}

fn lane(data: &Slices, place: usize, (track, slices): &Track) -> Lane {
    let colour = nth_colour(place);
    let segment = |from: u64, to: u64, look| {
        let share = if look == Stretch::Solid { 1.0 } else { 0.0 };
        Segment { from: from as f64 * 1e-9, to: to as f64 * 1e-9, look, share, colour }
    };
    let ends = slices.first().zip(slices.last());
    let between = ends.map(|(first, last)| segment(first.start, last.end, Stretch::Low));
    // A task has the thread while that has no core.
    let had = match data.awaits {
        None => track.pieces.clone(),
        Some(_) => slices.iter().map(|slice| (slice.start, slice.end)).collect(),
    };
    let solid = had.into_iter().map(|(start, end)| segment(start, end, Stretch::Solid));
    Lane {
        name: track.name.clone(),
        segments: between.into_iter().chain(solid).collect(),
        note: told(data, track, slices),
        ..Lane::default()
    }
}

fn told(data: &Slices, track: &SliceTrack, slices: &[Slice]) -> String {
    let number = format::plural(slices.len() as u64, "slice");
    let switches =
        track.involuntary.map(|count| format!(", {}", format::plural(count, "involuntary switch")));
    format!("{number}, median {}{}", time(data.middle(slices).unwrap_or(0)), switches.unwrap_or_default())
}

fn caption(data: &Slices, off: &str) -> Caption {
    let how = match data.awaits {
        None => "who had the one core, by gaps in each thread's clock readings",
        Some(_) => "who had the one thread, by gaps in each task's clock readings",
    };
    let mut caption = Caption::new(data.tell(), format!("{how} · {}", data.machine.cpu));
    if data.awaits.is_some() && data.involuntary > 0 {
        caption = caption.with_note(format!(
            "meanwhile the system took the core from the thread itself {}; it does not decide which task has the \
             thread",
            times(data.involuntary)
        ));
    }
    // Somebody else had the core in the gaps that none of these fills.
    let (slices, length) = (data.slices(), data.length());
    let elsewhere = length.saturating_sub(slices.iter().map(|slice| slice.on_core).sum());
    if elsewhere as f64 >= 0.02 * length.max(1) as f64 {
        let of = format!("{} of {}", time(elsewhere), time(length));
        caption = caption.with_note(format!("for {of} the core was with other programs"));
    }
    caption.with_note(format!("a gap above {} counts as time {off}", time(data.threshold)))
}

fn alt(data: &Slices, tracks: &[Track]) -> String {
    let rows: Vec<String> = tracks
        .iter()
        .map(|(track, slices)| format!("{}: {}.", track.name, told(data, track, slices)))
        .collect();
    let overlap = match data.overlap().is_zero() {
        true => "No two slices overlap.",
        false => "Some slices overlap.",
    };
    format!("{}. {} {overlap}", data.tell(), rows.join(" "))
}

fn table(data: &Slices, tracks: &[Track]) -> Table {
    let numbers = ["slices", "median", "on the core", "involuntary switches"];
    let mut table = Table::default().words(["who"]).numbers(numbers);
    for (track, slices) in tracks {
        table.push([
            track.name.clone(),
            format::count(slices.len() as u64),
            data.middle(slices).map_or(format::NONE.into(), time),
            time(slices.iter().map(|slice| slice.on_core).sum()),
            track.involuntary.map_or(format::NONE.into(), format::count),
        ]);
    }
    table
}
