//! One sentence each: the answer, how a model stands, why a lane failed, what the processor time says.

use crate::format;
use crate::measure::{Comparison, Interval, Lane, Sample, Standing, cores_in_force, cores_kept_busy};

/// Share of its time above which a sequential run counts as computing, and below one minus it as waiting.
const MOSTLY: f64 = 0.8;

/// An interval of no clear difference that reaches beyond this ratio leaves open that there is one.
const UNCLEAR: f64 = 1.2;

/// The answer in one sentence.
pub(super) fn headline(result: &Comparison) -> String {
    let ranking = result.ranking();
    let Some(first) = ranking.first() else {
        return "Nothing can be said: no model finished.".into();
    };
    if ranking.len() < 2 {
        return format!("Only {} ran to the end: there is nothing to hold it against.", first.name);
    }
    let Some(floor) = result.floor() else {
        return match result.baseline().filter(|baseline| baseline.failure().is_some()) {
            Some(baseline) => format!("The order is not decided: {} did not run to the end.", baseline.name),
            None => format!("The order is not decided: {} is too few to tell.", rounds(result)),
        };
    };
    if let Some(winner) = result.winner() {
        let time = result.lane_stats(winner).map_or(f64::NAN, |stats| stats.median);
        return format!("Fastest {}: {}, with {} a run.", place(result), winner.name, format::duration(time));
    }
    let close: Vec<&str> = result.close_to_first().iter().map(|lane| lane.name.as_str()).collect();
    format!(
        "There is no clear winner {}: {} has the shortest median time, but what it gains over {} is not clearly more than two \
         runs of the very same program differ by (up to {}).",
        place(result),
        first.name,
        format::list(&close),
        format::percent(floor - 1.0)
    )
}

/// How one model stands against the baseline; `None` for the baseline itself.
pub(super) fn standing(result: &Comparison, lane: &Lane) -> Option<String> {
    let baseline = &result.baseline()?.name;
    let name = &lane.name;
    let place = place(result);
    Some(match result.standing(lane) {
        Standing::Faster(ratio) => format!("{name}: {} faster than {baseline} {place}.", show(ratio)),
        Standing::Slower(ratio) => {
            format!("{name}: {} slower than {baseline} {place}.", show(inverse(ratio)))
        }
        Standing::NoClearDifference(ratio) if ratio.high > UNCLEAR || ratio.low < 1.0 / UNCLEAR => {
            format!("{name} and {baseline}: this run cannot tell ({}).", show(ratio))
        }
        Standing::NoClearDifference(ratio) => {
            format!("{name} and {baseline}: no clear difference ({}).", show(ratio))
        }
        Standing::NotDecided => format!("{name} against {baseline}: not decided by {}.", rounds(result)),
        Standing::Baseline | Standing::Failed => return None,
    })
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
    if disturbed && share < MOSTLY && !gave_way {
        return Some(format!(
            "{name} had a core for {percent} of its time; other work on this machine had it otherwise."
        ));
    }
    let subject = if baseline.model.workers() == 1 { "a core" } else { "its cores" };
    let what = match share {
        share if share >= MOSTLY => format!("this work computes.{}", whether_cores_helped(result)),
        share if share <= 1.0 - MOSTLY => {
            "this work waits, so that what helps is to have many waits open at once.".to_owned()
        }
        // On a busy machine a run waits for a core as well, and that says nothing about the work.
        _ if disturbed => return None,
        _ => "this work does some of both, computing and waiting.".to_owned(),
    };
    Some(format!("{name} kept {subject} busy for {percent} of its time: {what}"))
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
        1 => " There was only one core to be had.",
        _ if faster => " More cores helped.",
        _ if unclear || 2 * result.conditions.disturbed.len() > result.settings.rounds => {
            " Whether more cores helped this run cannot tell."
        }
        _ if judged => " More cores helped no model here.",
        _ => "",
    }
}

/// How many cores the quickest model kept busy at once, if that says more than the baseline's figure.
pub(super) fn cores_busy(result: &Comparison) -> Option<String> {
    let quickest = *result.ranking().first()?;
    let busy = cores_kept_busy(&quickest.samples)?;
    (quickest.model.workers() > 1 && busy > 1.0)
        .then(|| format!("{} kept {} cores busy on average.", quickest.name, format::significant(busy, 3)))
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

fn inverse(ratio: Interval) -> Interval {
    Interval { estimate: 1.0 / ratio.estimate, low: 1.0 / ratio.high, high: 1.0 / ratio.low }
}
