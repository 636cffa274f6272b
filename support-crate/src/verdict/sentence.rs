//! One sentence each: the answer, why a lane failed, what the processor time says.

use crate::format;
use crate::measure::{
    Comparison, Interval, Lane, Sample, Standing, cores_in_force, cores_kept_busy, mad, ratios,
};

/// Share of its time above which a sequential run counts as computing, and below one minus it as waiting.
const MOSTLY: f64 = 0.8;

/// An interval of no clear difference that reaches beyond this ratio leaves open that there is one.
const UNCLEAR: f64 = 1.2;

/// From so many rounds on it is no longer their number that keeps two models from being told apart.
const MANY: usize = 9;

/// The standard deviation of normal values is so many times their median absolute deviation.
const NORMAL: f64 = 1.4826;

/// The answer in one sentence.
pub(super) fn headline(result: &Comparison) -> String {
    let ranking = result.ranking();
    let Some(first) = ranking.first() else {
        return "Nothing can be said: no model finished.".into();
    };
    if ranking.len() < 2 {
        return format!("Only {} ran to the end: there is nothing to hold it against.", first.name);
    }
    if result.floor().is_none() {
        return match result.baseline().filter(|baseline| baseline.failure().is_some()) {
            Some(baseline) => format!("The order is not decided: {} did not run to the end.", baseline.name),
            None => format!("The order is not decided: {} are too few.", rounds(result)),
        };
    }
    match result.winner() {
        Some(winner) => won(result, winner, ranking[1]),
        None => tie(result, first),
    }
}

/// Who won, held against the nearest rival.
fn won(result: &Comparison, winner: &Lane, next: &Lane) -> String {
    let ahead = result.speedup(winner, next).map_or(String::new(), |ratio| format!(", {}", show(ratio)));
    format!("Fastest {}: {}{ahead} as fast as {}, the next.", place(result), timed(result, winner), next.name)
}

/// The models that cannot be told apart, what they took, and why that is all.
fn tie(result: &Comparison, first: &Lane) -> String {
    let close = result.close_to_first();
    let all: Vec<String> = std::iter::once(&first).chain(&close).map(|lane| timed(result, lane)).collect();
    let limits = close.iter().map(|lane| Limit::of(result, first, lane));
    let why = match limits.max_by(|one, other| one.weight().total_cmp(&other.weight())) {
        Some(Limit::Rounds(rounds)) => {
            format!("{} cannot separate them", format::plural(rounds as u64, "round"))
        }
        Some(Limit::Spread(spread, rounds)) if spread > 0.0 => format!(
            "over {} their ratio varied by about {}",
            format::plural(rounds as u64, "round"),
            format::percent(spread)
        ),
        Some(Limit::Spread(_, rounds)) => {
            format!("{} show no difference", format::plural(rounds as u64, "round"))
        }
        Some(Limit::Control) | None => format!(
            "two runs of {} differed by about {}",
            result.control().map_or("one program", |control| control.name.trim_end_matches(" (again)")),
            result.floor().map_or(String::new(), |floor| format::percent(floor - 1.0))
        ),
    };
    format!("A tie {}: {}; {why}.", place(result), all.join(", "))
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

/// "threads (12) 15.3 ms".
fn timed(result: &Comparison, lane: &Lane) -> String {
    let time = result.lane_stats(lane).map_or(f64::NAN, |stats| stats.time);
    format!("{} {}", lane.name, format::duration(time))
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
    let name = &baseline.name;
    let calm: Vec<&Sample> = baseline.samples.iter().filter(|sample| !sample.disturbed).collect();
    let disturbed = 2 * calm.len() < baseline.samples.len();
    let samples = if disturbed { baseline.samples.iter().collect() } else { calm };
    let share = cores_kept_busy(samples.iter().copied())? / baseline.model.workers() as f64;
    let percent = format::percent(share.min(1.0));
    // A task that did not give its core up, and yet had it for a part of the time only, lost it to others.
    let gave_way = samples.iter().any(|sample| sample.voluntary > sample.involuntary);
    let held_back = result.conditions.throttled > 0.0;
    if (disturbed || held_back) && share < MOSTLY && !gave_way {
        let otherwise = if held_back {
            "the quota of its control group held it back"
        } else {
            "other work on this machine had it"
        };
        return Some(format!("{name} had a core for {percent} of its time; {otherwise} otherwise."));
    }
    let (what, helped) = match share {
        share if share >= MOSTLY => ("computes", whether_cores_helped(result)),
        share if share <= 1.0 - MOSTLY => ("waits", ""),
        // On a busy machine a run waits for a core as well, and that says nothing about the work.
        _ if disturbed || held_back => return None,
        _ => ("both computes and waits", ""),
    };
    let busy = if baseline.model.workers() == 1 { "a core" } else { "its cores" };
    Some(format!("This work {what}: {name} used {busy} for {percent} of its time{helped}."))
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
        1 => ", and there was only one core",
        _ if faster => "; more cores helped",
        _ if unclear || 2 * result.conditions.disturbed.len() > result.settings.rounds => {
            "; whether more cores helped this run cannot tell"
        }
        _ if judged => "; more cores helped no model",
        _ => "",
    }
}

/// "on your 2 cores", or what the run was restricted to.
pub(super) fn place(result: &Comparison) -> String {
    match result.settings.cores.as_slice() {
        [] => match result.machine.cores.allowed {
            0 => "here".into(),
            1 => "on your one core".into(),
            n => format!("on your {n} cores"),
        },
        [core] => format!("on core {core} alone"),
        cores => format!("on {} of your cores", cores.len()),
    }
}

fn rounds(result: &Comparison) -> String {
    format::plural(result.settings.rounds as u64, "round")
}

pub(super) fn show(ratio: Interval) -> String {
    format::ratio(ratio.estimate, Some((ratio.low, ratio.high)))
}
