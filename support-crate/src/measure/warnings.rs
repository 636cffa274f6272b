//! What the reader should know before believing a number, each with what to do.

use super::drift;
use super::result::{Comparison, Lane, Stop, Warning};
use super::summary::{cores_kept_busy, queued};
use super::typical::FEWEST;
use crate::format;
use crate::model::Family;
use crate::workload::Nature;

/// Runs shorter than this, in seconds, drown in what starting and ending them costs.
const SHORT: f64 = 1e-3;
/// In runs shorter than this, in seconds, it may take the system a good part of the run to spread workers over cores.
const BRIEF: f64 = 50e-3;
/// Share of the cores it could use that a lane keeps busy at least, if it is spread over them.
const IDLE: f64 = 0.8;

/// All warnings that a finished comparison calls for, gravest first.
pub(crate) fn of(result: &Comparison) -> Vec<Warning> {
    let checks = [
        stopped,
        build,
        left_running,
        throttled,
        busy,
        drifted,
        quota,
        too_short,
        idle_cores,
        few_cores,
        blocked,
        few_rounds,
    ];
    let told = checks.iter().filter_map(|check| check(result));
    told.map(|(what, advice)| Warning { what, advice: advice.to_owned() }).collect()
}

/// What was seen, and what to do.
type Told = Option<(String, &'static str)>;

fn stopped(result: &Comparison) -> Told {
    let rounds = result.settings.rounds;
    let few = if rounds < FEWEST { ", too few for an interval" } else { "" };
    let what = match result.lanes.iter().all(|lane| lane.samples.is_empty()) {
        true => "stopped by you before a run had ended".to_owned(),
        false => format!("stopped by you after {}{few}", format::plural(rounds as u64, "round")),
    };
    (result.settings.stopped == Stop::Reader).then_some((what, "run the cell again to measure the rest"))
}

fn build(result: &Comparison) -> Told {
    let profile = &result.machine.profile;
    let what =
        format!("the support crate was built with {profile}: computing costs more than in a release build");
    (!profile.is_release()).then_some((what, "start the notebook by `cargo lab`, which makes release builds"))
}

fn throttled(result: &Comparison) -> Told {
    let held = result.conditions.throttled;
    let what =
        format!("the control group held this process back for {} while it ran", format::duration(held));
    (held > 0.0).then_some((what, "use fewer workers, or have the quota of the container raised"))
}

fn busy(result: &Comparison) -> Told {
    let conditions = &result.conditions;
    // Others are seen on all cores, whichever this run was restricted to.
    let (disturbed, cores) = (conditions.disturbed.len(), result.machine.cores.allowed.max(1));
    let what = format!(
        "{disturbed} of {} {} disturbed by other work on this machine, which took about {} of the time of {}",
        format::plural(result.settings.rounds as u64, "round"),
        if disturbed == 1 { "was" } else { "were" },
        format::percent((conditions.foreign / (conditions.took * cores as f64)).min(1.0)),
        format::plural(cores as u64, "core")
    );
    let advice =
        "close what else is running and run the cell again; disturbed rounds are marked, not dropped";
    (disturbed > 0).then_some((what, advice))
}

fn drifted(result: &Comparison) -> Told {
    let by = drift::drift(result.lanes.iter().filter(|lane| lane.failure().is_none()))?;
    let what = format!(
        "the times drifted: runs of the last third of rounds took {} as long as those of the first",
        format::times(by)
    );
    Some((
        what,
        "trust the ratios, which are taken within rounds, more than the times; if this recurs, see whether the work grows with each call",
    ))
}

fn quota(result: &Comparison) -> Told {
    let cores = &result.machine.cores;
    let quota = cores.quota.filter(|quota| *quota < cores.allowed as f64)?;
    let allowed = format::plural(cores.allowed as u64, "core");
    let what = format!("this process may use {allowed} but is granted only {quota:.2} cores' worth of time");
    Some((what, "expect no more speed-up than the quota; have it raised to see all cores at work"))
}

fn too_short(result: &Comparison) -> Told {
    let lanes = result.lanes.iter().filter(|lane| !lane.control);
    let times = lanes.filter_map(|lane| Some((result.lane_stats(lane)?.time, lane.name.as_str())));
    let (mut times, names): (Vec<f64>, Vec<&str>) = times.filter(|(time, _)| *time < SHORT).unzip();
    times.sort_by(f64::total_cmp);
    let times = match times.as_slice() {
        [] => return None,
        [only] => format!("takes {}", format::duration(*only)),
        [first, .., last] => format!("take {} to {}", format::duration(*first), format::duration(*last)),
    };
    Some((
        format!(
            "{} {times} a run, too short to tell the work from starting and ending it",
            format::list(&names)
        ),
        "to compare the work itself, make tasks larger or more of them, until a run takes 10 ms or more",
    ))
}

/// In a run of a few milliseconds the system often leaves two workers that it woke on one core. Processes that are sent
/// tiny tasks leave cores idle in longer runs too: more of the same tasks would not help.
fn idle_cores(result: &Comparison) -> Told {
    let cores = cores_in_force(result);
    // What computes alone and yet had to wait for a core tells that others had it.
    let crowded =
        result.baseline().and_then(|lane| queued(&lane.samples)).is_some_and(|share| share > 1.0 - IDLE);
    if cores < 2 || result.workload.nature != Nature::Computes || crowded {
        return None;
    }
    let kept = |lane: &Lane| cores_kept_busy(lane.samples.iter().filter(|sample| !sample.disturbed));
    let idle = result.lanes.iter().filter(|lane| !lane.control).filter_map(|lane| {
        let able = lane.model.workers().min(cores).min(result.workload.tasks) as f64;
        let (time, kept) = (result.lane_stats(lane)?.time, kept(lane)?);
        let short = (SHORT..BRIEF).contains(&time);
        (able >= 2.0 && short && kept < IDLE * able).then_some((lane, kept, time))
    });
    let (lane, kept, time) = idle.min_by(|one, other| one.1.total_cmp(&other.1))?;
    let (why, advice) = match lane.model.kind().family {
        Family::Processes => (
            "its workers wait for a message at every task",
            "make each task larger, until a run takes 50 ms or more",
        ),
        _ => (
            "in so short a run the system often leaves workers that it woke on one core",
            "make the work larger, until a run takes 50 ms or more",
        ),
    };
    Some((
        format!(
            "{} kept only {} of {} busy in its runs of {}: {why}",
            lane.name,
            format::significant(kept, 2),
            format::plural(cores as u64, "core"),
            format::duration(time)
        ),
        advice,
    ))
}

fn few_cores(result: &Comparison) -> Told {
    let cores = cores_in_force(result);
    let most = result.lanes.iter().map(|lane| lane.model.workers()).max()?;
    let what =
        format!("{} share {}", format::plural(most as u64, "worker"), format::plural(cores as u64, "core"));
    // A function that blocks in a wait computes by its form alone.
    let computes =
        result.baseline().and_then(|lane| cores_kept_busy(&lane.samples)).is_none_or(|share| share > 0.5);
    (most > cores && result.workload.nature == Nature::Computes && computes)
        .then_some((what, "expect no speed-up beyond the number of cores; more workers only take turns"))
}

fn blocked(result: &Comparison) -> Told {
    let blocked = result.lanes.iter().filter(|lane| !lane.control).find_map(|lane| {
        let note = lane.notes.iter().find(|note| note.starts_with("no async form"))?;
        (result.workload.nature != Nature::Computes).then_some((lane, note))
    });
    let (lane, note) = blocked?;
    Some((
        format!("{}: {note}", lane.name),
        "give the task an async form, or move the blocking call to a thread",
    ))
}

fn few_rounds(result: &Comparison) -> Told {
    let ran = result.lanes.iter().any(|lane| lane.failure().is_none());
    let rounds = result.settings.rounds;
    if rounds >= FEWEST || !ran || result.settings.stopped == Stop::Reader {
        return None;
    }
    if result.settings.stopped == Stop::FirstRuns {
        let round: f64 = result.lanes.iter().filter_map(|lane| Some(lane.samples.first()?.wall)).sum();
        let (budget, round) = (format::duration(result.settings.budget), format::duration(round));
        return Some((
            format!(
                "a budget of {budget} is too short for one round, which takes about {round}: what is shown are the first \
                 runs"
            ),
            "allow more time with .budget(…), or make the work smaller",
        ));
    }
    Some((
        format!("only {} fitted, too few for an interval", format::plural(rounds as u64, "round")),
        "allow more time with .budget(…) or 5 rounds or more with .rounds(…)",
    ))
}

fn left_running(result: &Comparison) -> Told {
    let left = result.conditions.left_running;
    let are = if left == 1 { "is" } else { "are" };
    let threads = format::plural(left as u64, "thread");
    let what = format!("{threads} {are} still at tasks that did not end, and may take a share of the cores");
    (left > 0).then_some((
        what,
        "mend the task and restart the kernel; if it only takes long, allow it that with .patience(secs(60)) and no smaller .budget(…)",
    ))
}

/// Cores the run could use: those it was restricted to, or all that are allowed.
pub(crate) fn cores_in_force(result: &Comparison) -> usize {
    match result.settings.cores.len() {
        0 => {
            let cores = &result.machine.cores;
            cores.quota.map_or(cores.allowed, |quota| cores.allowed.min(quota.ceil() as usize)).max(1)
        }
        n => n,
    }
}

#[cfg(test)]
#[path = "warnings_tests.rs"]
mod tests;
