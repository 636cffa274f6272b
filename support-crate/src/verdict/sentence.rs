//! One sentence each: the answer, why a lane failed, what the processor time says.

use crate::format;
use crate::measure::{
    Comparison, Interval, Lane, Sample, Standing, cores_in_force, cores_kept_busy, mad, queued, ratios,
};
use crate::model::Model;

/// Share of its time above which a sequential run counts as computing, and below one minus it as waiting.
const MOSTLY: f64 = 0.8;

/// An interval of no clear difference that reaches beyond this ratio leaves open that there is one.
const UNCLEAR: f64 = 1.2;

/// From so many rounds on it is no longer their number that keeps two models from being told apart.
const MANY: usize = 9;

/// The standard deviation of normal values is so many times their median absolute deviation.
const NORMAL: f64 = 1.4826;

/// The finding, short enough for a title: who was fastest or who is tied, and by how much faster than the baseline.
pub(super) fn headline(result: &Comparison) -> String {
    let ranking = result.ranking();
    let Some(first) = ranking.first() else {
        return "Nothing can be said: no model finished".into();
    };
    if ranking.len() < 2 {
        return format!("Only {} ran to the end: there is nothing to hold it against", first.name);
    }
    if result.floor().is_none() {
        return match result.baseline().filter(|baseline| baseline.failure().is_some()) {
            Some(baseline) => format!("Not decided: {} did not run to the end", baseline.name),
            None if result.settings.rounds == 1 => "Not decided: 1 round is too few".into(),
            None => format!("Not decided: {} are too few", rounds(result.settings.rounds)),
        };
    }
    let ahead = result.winner().map_or_else(|| tied(result, first), |winner| vec![winner]);
    let names: Vec<&str> = ahead.iter().map(|lane| lane.name.as_str()).collect();
    let who = match names.len() {
        1 => format!("Fastest: {}", names[0]),
        all if all == ranking.len() && all > 2 => format!("A tie of all {all} models"),
        _ => format!("A tie: {}", format::list(&names)),
    };
    // A baseline is held against the next; a tie that it shares is as fast as itself.
    let other = match ahead.iter().any(|lane| is_baseline(result, lane)) {
        true => (names.len() == 1).then(|| ranking[1]),
        false => result.baseline(),
    };
    let times = other.map(|other| {
        let times = ahead.iter().filter_map(|lane| Some(result.speedup(lane, other)?.estimate));
        let digits = if names.len() == 1 { 3 } else { 2 };
        let ends = [times.clone().reduce(f64::min), times.reduce(f64::max)];
        let mut ends = ends.map(|end| format::significant(end.unwrap_or(f64::NAN), digits)).to_vec();
        ends.dedup();
        // Of those that are tied one may be no faster than the baseline.
        let open = names.len() > 1 && ahead.iter().any(|lane| !result.is_clear(lane, other));
        let ends = if open { format!("up to {}", ends[ends.len() - 1]) } else { ends.join(" to ") };
        format!(", {ends} times as fast as {}", other.name)
    });
    who + &times.unwrap_or_default()
}

/// What the headline leaves open: how near the next one came, or what those that are tied took and why that is all.
pub(super) fn nearest(result: &Comparison) -> Option<String> {
    result.floor()?;
    let ranking = result.ranking();
    let &[first, next, ..] = ranking.as_slice() else { return None };
    let Some(winner) = result.winner() else { return Some(tie(result, first)) };
    if is_baseline(result, winner) || is_baseline(result, next) {
        return None;
    }
    let ratio = show(result.speedup(winner, next)?);
    Some(format!("{} came second: it took {ratio} as long as {}.", format::sentence(&next.name), winner.name))
}

fn is_baseline(result: &Comparison, lane: &Lane) -> bool {
    matches!(result.standing(lane), Standing::Baseline)
}

/// The first and those that it is not clearly faster than.
fn tied<'a>(result: &'a Comparison, first: &'a Lane) -> Vec<&'a Lane> {
    std::iter::once(first).chain(result.close_to_first()).collect()
}

/// What the models took that cannot be told apart, and why that is all.
fn tie(result: &Comparison, first: &Lane) -> String {
    let all = tied(result, first);
    let time = |lane: &&Lane| result.lane_stats(lane).map_or(f64::NAN, |stats| stats.time);
    let mut took = vec![format::duration(time(&all[0])), format::duration(time(&all[all.len() - 1]))];
    took.dedup();
    let took = took.join(if all.len() == 2 { " and " } else { " to " });
    // Who took less than one that is tied is not left behind it, though it be clear of the first.
    let (between, open): (Vec<&&Lane>, Vec<_>) =
        all[1..].iter().partition(|lane| result.is_clear(first, lane));
    let names =
        |lanes: &[&&Lane]| format::list(&lanes.iter().map(|lane| lane.name.as_str()).collect::<Vec<_>>());
    let these = format!("{} and {}", first.name, names(&open));
    let (them, their, no) = match between.is_empty() {
        true => ("them".to_owned(), "their ratio".to_owned(), "no difference".to_owned()),
        false => (these.clone(), format!("the ratio of {these}"), format!("no difference between {these}")),
    };
    let limits = open.iter().map(|lane| Limit::of(result, first, lane));
    let why = match limits.max_by(|one, other| one.weight().total_cmp(&other.weight())) {
        Some(Limit::Rounds(number)) => format!("{} cannot separate {them}", rounds(number)),
        Some(Limit::Spread(spread, number)) if spread > 0.0 => {
            format!("over {} {their} varied by about {}", rounds(number), format::percent(spread))
        }
        Some(Limit::Spread(_, number)) => format!("{} show {no}", rounds(number)),
        Some(Limit::Control) | None => format!(
            "two runs of {} differed by about {}",
            result.control().map_or("one program", |control| control.name.trim_end_matches(" (again)")),
            result.floor().map_or(String::new(), |floor| format::percent(floor - 1.0))
        ),
    };
    let between = match between.is_empty() {
        true => String::new(),
        false => format!(" In between, {} took clearly longer than {}.", names(&between), first.name),
    };
    format!("The first {} took {took}; {why}.{between}", all.len())
}

/// What keeps two models from being told apart.
enum Limit {
    /// Too few rounds in common.
    Rounds(usize),
    /// How much their ratio varies from round to round, and how many rounds there were.
    Spread(f64, usize),
    /// They differ, but not clearly more than one model from itself.
    Control,
}

impl Limit {
    fn of(result: &Comparison, first: &Lane, other: &Lane) -> Self {
        let logs: Vec<f64> = ratios(first, other).map(f64::ln).collect();
        match result.speedup(first, other) {
            Some(lead) if logs.len() >= MANY && lead.low > 1.0 => Self::Control,
            Some(_) if logs.len() >= MANY => {
                Self::Spread(mad(&logs).map_or(0.0, |spread| (NORMAL * spread).exp() - 1.0), logs.len())
            }
            _ => Self::Rounds(logs.len()),
        }
    }

    /// The more it weighs, the more it is what the whole set is tied by.
    fn weight(&self) -> f64 {
        match self {
            Self::Rounds(_) => f64::INFINITY,
            Self::Spread(spread, _) => *spread,
            Self::Control => -1.0,
        }
    }
}

/// Why a lane failed; a control that was not run because the baseline failed says nothing more.
pub(super) fn failure(result: &Comparison, lane: &Lane) -> Option<String> {
    let reason = lane.failure()?;
    let repeats = lane.control && result.baseline().and_then(Lane::failure) == Some(reason);
    let end = if reason.ends_with('.') { "" } else { "." };
    (!repeats).then(|| format!("{} failed: {reason}{end}", lane.name))
}

/// Whether the baseline computed or waited, from its processor time.
pub(super) fn processor_time(result: &Comparison) -> Option<String> {
    let baseline = result.baseline()?;
    let calm: Vec<&Sample> = baseline.samples.iter().filter(|sample| !sample.disturbed).collect();
    let disturbed = 2 * calm.len() < baseline.samples.len();
    let samples = if disturbed { baseline.samples.iter().collect() } else { calm };
    let share = cores_kept_busy(samples.iter().copied())? / baseline.model.workers() as f64;
    let held_back = result.conditions.throttled > 0.0;
    let crowded = disturbed || held_back;
    // On a busy machine work that computes has no core either. How long it was ready is known of a single thread.
    let queued = match baseline.model {
        Model::Sequential | Model::Async => queued(samples.iter().copied()),
        _ => (!crowded).then_some(0.0),
    };
    let name = format::sentence(&baseline.name);
    let percent = format::percent(share.min(1.0));
    let what = match share {
        share if share >= MOSTLY => whether_cores_helped(result),
        share if share + queued? <= 1.0 - MOSTLY => ": this work waits",
        share if share + queued? >= MOSTLY => {
            let otherwise = match held_back {
                true => "the quota of its control group held it back",
                false => "other work on this machine had it",
            };
            return Some(format!("{name} had a core for {percent} of its time; {otherwise} otherwise."));
        }
        _ if crowded => return None,
        _ => ": this work computes and waits",
    };
    let busy = if baseline.model.workers() == 1 { "a core" } else { "its cores" };
    Some(format!("{name} used {busy} for {percent} of its time{what}."))
}

/// What the models with several workers made of the cores there were.
fn whether_cores_helped(result: &Comparison) -> &'static str {
    let several = result.lanes.iter().filter(|lane| !lane.control && lane.model.workers() > 1);
    let stand: Vec<Standing> = several.map(|lane| result.standing(lane)).collect();
    let faster = stand.iter().any(|stand| matches!(stand, Standing::Faster(_)));
    let unclear =
        |stand: &Standing| matches!(stand, Standing::NoClearDifference(ratio) if ratio.high > UNCLEAR);
    let unclear = stand.iter().any(unclear);
    let judged =
        stand.iter().any(|stand| matches!(stand, Standing::Slower(_) | Standing::NoClearDifference(_)));
    match cores_in_force(result) {
        1 => "; there was only one core",
        _ if faster => "; more cores helped",
        _ if unclear || 2 * result.conditions.disturbed.len() > result.settings.rounds => {
            "; whether more cores helped this run cannot tell"
        }
        _ if judged => "; more cores helped no model",
        _ => "",
    }
}

fn rounds(number: usize) -> String {
    format::plural(number as u64, "round")
}

pub(super) fn show(ratio: Interval) -> String {
    format::ratio(ratio.estimate, Some((ratio.low, ratio.high)))
}
