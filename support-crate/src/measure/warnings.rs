//! What the reader should know before believing a number, each with what to do.

use super::result::{Comparison, Lane, Stop, Warning};
use super::stats::median;
use super::summary::cores_kept_busy;
use crate::format;

/// Runs shorter than this, in seconds, drown in what starting and ending them costs.
const SHORT: f64 = 1e-3;
/// In runs shorter than this, in seconds, it may take the system a good part of the run to spread workers over cores.
const BRIEF: f64 = 50e-3;
/// Share of the cores it could use that a lane keeps busy at least, if it is spread over them.
const IDLE: f64 = 0.8;
/// A first round this many times as slow as the median of the others is called slow.
const SLOW_FIRST: f64 = 1.5;
/// Share of the cores that others may use before the machine is called busy.
const BUSY: f64 = 0.1;

/// All warnings that a finished comparison calls for, gravest first.
pub(crate) fn of(result: &Comparison) -> Vec<Warning> {
    let checks = [
        unoptimised,
        checked,
        left_running,
        throttled,
        busy,
        quota,
        too_short,
        idle_cores,
        slow_first,
        few_cores,
        blocked,
        few_rounds,
    ];
    checks.iter().filter_map(|check| check(result)).collect()
}

fn warning(what: String, advice: &str) -> Option<Warning> {
    Some(Warning { what, advice: advice.to_owned() })
}

fn unoptimised(result: &Comparison) -> Option<Warning> {
    let profile = &result.machine.profile;
    let what = || {
        format!(
            "the support crate was built with opt-level {}: figures are far from what Rust can do",
            profile.opt_level
        )
    };
    (!profile.is_optimised())
        .then(|| warning(what(), "start the notebook by `cargo lab`, which builds with opt-level 3"))?
}

fn checked(result: &Comparison) -> Option<Warning> {
    let profile = &result.machine.profile;
    let on = match (profile.overflow_checks, profile.debug_assertions) {
        (true, true) => "overflow checks and debug assertions are on",
        (true, false) => "overflow checks are on",
        (false, true) => "debug assertions are on",
        (false, false) => return None,
    };
    warning(
        format!("{on}: computing costs more than in a release build"),
        "start the notebook by `cargo lab`, which turns them off",
    )
}

fn throttled(result: &Comparison) -> Option<Warning> {
    let held = result.conditions.throttled;
    let what =
        || format!("the control group held this process back for {} while it ran", format::duration(held));
    (held > 0.0).then(|| warning(what(), "use fewer workers, or have the quota of the container raised"))?
}

fn busy(result: &Comparison) -> Option<Warning> {
    let conditions = &result.conditions;
    let cores = cores_in_force(result);
    let share = conditions.foreign / (conditions.took * cores as f64);
    if conditions.disturbed.is_empty() || !share.is_finite() {
        return None;
    }
    let rounds = format::plural(result.settings.rounds as u64, "round");
    let were = if conditions.disturbed.len() == 1 { "was" } else { "were" };
    let mut what =
        format!("{} of {rounds} {were} disturbed by other work on this machine", conditions.disturbed.len());
    if share > BUSY {
        what = format!(
            "{what}, which took about {} of the time of {}",
            format::percent(share.min(1.0)),
            format::plural(cores as u64, "core")
        );
    }
    warning(
        what,
        "close what else is running and run the cell again; disturbed rounds are marked, not dropped",
    )
}

fn quota(result: &Comparison) -> Option<Warning> {
    let cores = &result.machine.cores;
    let quota = cores.quota?;
    let what = || {
        format!(
            "this process may use {} but is granted only {quota:.2} cores' worth of time",
            format::plural(cores.allowed as u64, "core")
        )
    };
    (quota < cores.allowed as f64).then(|| {
        warning(what(), "expect no more speed-up than the quota; have it raised to see all cores at work")
    })?
}

fn too_short(result: &Comparison) -> Option<Warning> {
    let short: Vec<(&Lane, f64)> = result
        .lanes
        .iter()
        .filter(|lane| !lane.control)
        .filter_map(|lane| Some((lane, result.lane_stats(lane)?.median)))
        .filter(|(_, median)| *median < SHORT)
        .collect();
    let time = |short: Option<&(&Lane, f64)>| short.map(|(_, median)| format::duration(*median));
    let shortest = time(short.iter().min_by(|one, other| one.1.total_cmp(&other.1)))?;
    let longest = time(short.iter().max_by(|one, other| one.1.total_cmp(&other.1)))?;
    let names: Vec<&str> = short.iter().map(|(lane, _)| lane.name.as_str()).collect();
    let times = match short.len() {
        1 => format!("takes {shortest}"),
        _ => format!("take {shortest} to {longest}"),
    };
    warning(
        format!(
            "{} {times} a run, too short to tell the work from starting and ending it",
            format::list(&names)
        ),
        "to compare the work itself, make tasks larger or more of them, until a run takes 10 ms or more",
    )
}

/// In a run of a few milliseconds the system often leaves two workers that it woke on one core.
fn idle_cores(result: &Comparison) -> Option<Warning> {
    let cores = cores_in_force(result);
    if cores < 2 || result.workload.nature != crate::workload::Nature::Computes {
        return None;
    }
    let kept = |lane: &Lane| cores_kept_busy(lane.samples.iter().filter(|sample| !sample.disturbed));
    let idle = result.lanes.iter().filter(|lane| !lane.control).filter_map(|lane| {
        let able = lane.model.workers().min(cores).min(result.workload.tasks) as f64;
        let (time, kept) = (result.lane_stats(lane)?.median, kept(lane)?);
        let short = (SHORT..BRIEF).contains(&time);
        (able >= 2.0 && short && kept < IDLE * able).then_some((lane, kept, time))
    });
    let (lane, kept, time) = idle.min_by(|one, other| one.1.total_cmp(&other.1))?;
    warning(
        format!(
            "{} kept only {} of {} busy in its runs of {}: in so short a run the system often leaves workers that it \
             woke on one core",
            lane.name,
            format::significant(kept, 2),
            format::plural(cores as u64, "core"),
            format::duration(time)
        ),
        "make the work larger, until a run takes 50 ms or more",
    )
}

fn slow_first(result: &Comparison) -> Option<Warning> {
    let slow = |lane: &Lane| {
        let (first, rest) = lane.samples.split_first()?;
        let usual = median(&rest.iter().map(|sample| sample.wall).collect::<Vec<_>>())?;
        let alone = !lane.control && !first.disturbed;
        (alone && rest.len() >= 2 && usual >= SHORT && first.wall > SLOW_FIRST * usual)
            .then_some(first.wall / usual)
    };
    let slowed: Vec<_> = result.lanes.iter().filter_map(|lane| Some((lane, slow(lane)?))).collect();
    let (lane, times) = slowed.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    warning(
        format!("the first round of {} took {} the usual time", lane.name, format::times(*times)),
        "run the cell again: if that stays so, the first round pays for what later ones find ready, such as memory",
    )
}

fn few_cores(result: &Comparison) -> Option<Warning> {
    let cores = cores_in_force(result);
    let waits = result.workload.nature == crate::workload::Nature::Waits;
    let most = result.lanes.iter().map(|lane| lane.model.workers()).max()?;
    let what = || {
        format!("{} share {}", format::plural(most as u64, "worker"), format::plural(cores as u64, "core"))
    };
    (most > cores && !waits).then(|| {
        warning(what(), "expect no speed-up beyond the number of cores; more workers only take turns")
    })?
}

fn blocked(result: &Comparison) -> Option<Warning> {
    let blocked = result.lanes.iter().filter(|lane| !lane.control).find_map(|lane| {
        let note = lane.notes.iter().find(|note| note.starts_with("no async form"))?;
        (result.workload.nature != crate::workload::Nature::Computes).then_some((lane, note))
    });
    let (lane, note) = blocked?;
    warning(
        format!("{}: {note}", lane.name),
        "give the task an async form, or move the blocking call to a thread",
    )
}

fn few_rounds(result: &Comparison) -> Option<Warning> {
    let ran = result.lanes.iter().any(|lane| lane.failure().is_none());
    let rounds = result.settings.rounds;
    if rounds >= 3 || !ran {
        return None;
    }
    if result.settings.stopped == Stop::FirstRuns {
        let round: f64 = result.lanes.iter().filter_map(|lane| Some(lane.samples.first()?.wall)).sum();
        let (budget, round) = (format::duration(result.settings.budget), format::duration(round));
        return warning(
            format!(
                "a budget of {budget} is too short for one round, which takes about {round}: what is shown are the first \
                 runs"
            ),
            "allow more time with .budget(…), or make the work smaller",
        );
    }
    warning(
        format!("only {} fitted, too few for an interval", format::plural(rounds as u64, "round")),
        "allow more time with .budget(…) or 3 rounds or more with .rounds(…)",
    )
}

fn left_running(result: &Comparison) -> Option<Warning> {
    let left = result.conditions.left_running;
    let are = if left == 1 { "is" } else { "are" };
    let what = || {
        format!(
            "{} {are} still at tasks that did not end, and may take a share of the cores",
            format::plural(left as u64, "thread")
        )
    };
    (left > 0).then(|| {
        warning(
            what(),
            "mend the task and restart the kernel; if it only takes long, allow it that with .budget(secs(60))",
        )
    })?
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
