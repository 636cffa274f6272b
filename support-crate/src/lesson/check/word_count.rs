//! 13, the last exercise: words of real text files counted, from end to end, under whichever model.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::gain::{gain, reaches};
use super::reply::{Reply, judged, require};
use crate::error::Error;
use crate::format;
use crate::machine::{Usage, cores, family, size_in};
use crate::measure::{Interval, peak};
use crate::process::trim_heap;
use crate::units::KIB;
use crate::workload::{scratch, thread_time};

/// File number n, from 1, is n times as long as the first: shares of equally many files are not equally much work.
const FILES: usize = 16;
/// Bytes of the first. Tests run without optimisation, and count less.
const FIRST: usize = if cfg!(test) { 16 * KIB } else { 64 * KIB };
/// Bytes that threads and processes take whatever they do.
const BESIDES: u64 = 1 << 20;
/// What the interval's lower end has to reach where there is more than one core.
const WANTED: f64 = 1.1;

/// Share of the processor time from which on one thread did it all.
const ALONE: f64 = 0.8;
/// Share of the cores that other programs may have before nothing is said of a gain that did not come.
const BUSY: f64 = 0.2;

type Counts = HashMap<String, usize>;

/// The text files of the exercise, written when first asked for. Words stand between white space; some begin with a capital.
///
/// # Panics
/// Where they cannot be written: in a sentence.
pub fn texts() -> Vec<PathBuf> {
    written().unwrap_or_else(|error| panic!("{error}"))
}

fn written() -> Result<Vec<PathBuf>, Error> {
    let folder = scratch::folder()?.join("texts");
    let cannot = |error: std::io::Error| {
        Error::unavailable(format!("the texts cannot be written ({error}); free some space"))
    };
    std::fs::create_dir_all(&folder).map_err(cannot)?;
    let paths: Vec<PathBuf> = (1..=FILES).map(|number| folder.join(format!("{number}.txt"))).collect();
    for (number, path) in (1..).zip(&paths).filter(|(_, path)| !path.exists()) {
        std::fs::write(path, text(number)).map_err(cannot)?;
    }
    Ok(paths)
}

/// Words of one to three syllables, the first ones far more often than the last, as in any language.
fn text(number: usize) -> String {
    const SYLLABLES: [&str; 12] = ["ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "ve", "xu", "yo", "ze"];
    let mut random = fastrand::Rng::with_seed(number as u64);
    let mut text = String::with_capacity(number * FIRST + KIB);
    while text.len() < number * FIRST {
        let mut rank = (random.f64().powi(3) * 1_500.0) as usize;
        let start = text.len();
        while text.len() == start || rank > 0 {
            text.push_str(SYLLABLES[rank % SYLLABLES.len()]);
            rank /= SYLLABLES.len();
        }
        if random.u8(..10) == 0 {
            text[start..=start].make_ascii_uppercase();
        }
        text.push(if random.u8(..12) == 0 { '\n' } else { ' ' });
    }
    text
}

/// The plain program: one file after the other.
fn plain(files: &[PathBuf]) -> Counts {
    let mut counts = Counts::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.split_whitespace().for_each(|word| *counts.entry(word.to_lowercase()).or_default() += 1);
    }
    counts
}

/// Checks a program that counts how often each word, in small letters, occurs in the files. Judged are its answer, the most
/// memory it took meanwhile, and, with more than one core, how much faster it is than the plain program.
///
/// ```no_run
/// use concurrency_lab::lesson::check;
/// use std::{collections::HashMap, path::PathBuf};
/// fn word_count(files: &[PathBuf]) -> HashMap<String, usize> {
///     todo!()
/// }
/// assert!(check::word_count(word_count).sentence.contains("todo!()"));
/// ```
pub fn word_count(theirs: impl Fn(&[PathBuf]) -> HashMap<String, usize> + Send + Sync + 'static) -> Reply {
    let (theirs, files) = (Arc::new(theirs), written());
    judged(&*theirs.clone(), "try it on the first file alone: `&check::texts()[..1]`", || {
        let files = files.map_err(|error| error.to_string())?;
        let expected = plain(&files);
        let ((counts, alone), memory) = most_memory(|| share_of_this_thread(|| theirs(&files)));
        right_counts(&expected, &counts)?;
        let memory = within(memory, &files)?;
        let total = format::count(counts.values().sum::<usize>() as u64);
        let speed = match cores() {
            1 => "with one core it need not be faster".to_owned(),
            n => {
                let both = files.clone();
                let (gain, taken) = gain(move || plain(&both).len(), move || theirs(&files).len());
                speed(gain, taken, alone, n)?
            }
        };
        Ok(format!("{total} words counted; {memory}; {speed}"))
    })
}

/// Runs `body`, and tells which share of all its processor time, child processes included, this thread used.
fn share_of_this_thread<T>(body: impl FnOnce() -> T) -> (T, f64) {
    let used = || (thread_time(), Usage::now(&family(), None));
    let (own, all) = used();
    let value = body();
    let (own_then, all_then) = used();
    (value, (own_then - own).as_secs_f64() / all_then.since(&all).cpu)
}

/// A gain that came is one; one that did not come says nothing where other programs had the cores, unless one thread did all.
fn speed(gain: Option<Interval>, taken: f64, alone: f64, cores: usize) -> Result<String, String> {
    let against = format!("one file after the other, on {cores} cores");
    let told = reaches(WANTED, gain, &against, "the words are right, but let several cores count");
    let others = || {
        format!(
            "how fast cannot be told, as other programs had {} of the cores",
            format::percent(taken.min(1.0))
        )
    };
    told.or_else(|reason| if taken > BUSY && alone < ALONE { Ok(others()) } else { Err(reason) })
}

/// Runs `body` and returns with its value the most bytes that were seen to be taken meanwhile: by this process beyond what it
/// had, by its children what they wrote to. (What a child of a fork has from its parent is no memory of its own.)
fn most_memory<T>(body: impl FnOnce() -> T) -> (T, Option<u64>) {
    let size = |file: String, name: &str| size_in(&std::fs::read_to_string(file).ok()?, name);
    let here = || size("/proc/self/status".to_owned(), "RssAnon:");
    // What was freed before would be used again without being seen.
    trim_heap();
    let Some(before) = here() else { return (body(), None) };
    let taken = || {
        let child = |pid| size(format!("/proc/{pid}/smaps_rollup"), "Private_Dirty:");
        here().unwrap_or(0) + family().into_iter().filter_map(child).sum::<u64>()
    };
    let (value, most) = peak::while_running(taken, u64::max, body);
    (value, Some(most.saturating_sub(before)))
}

fn right_counts(expected: &Counts, counts: &Counts) -> Result<(), String> {
    let mut words: Vec<&String> = expected.keys().chain(counts.keys()).collect();
    words.sort_unstable();
    for word in words {
        let [due, came] = [expected, counts].map(|all| all.get(word).copied().unwrap_or(0));
        let capital = if word.to_lowercase() == *word { "" } else { "; words are counted in small letters" };
        require!(came == due, "\"{word}\" occurs {due} times, and was counted {came} times{capital}");
    }
    Ok(())
}

/// A few files may be in memory together, on many cores a file for each of them.
fn within(memory: Option<u64>, files: &[PathBuf]) -> Result<String, String> {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.len());
    let all: u64 = files.iter().map(|path| size(path)).sum();
    let most_at_once = (all / 2).max((cores() as u64 + 1) * (FIRST * FILES) as u64);
    let allowed = most_at_once + BESIDES;
    let Some(took) = memory else { return Ok("this system does not tell how much memory it took".into()) };
    let [took_so_much, allowed_so_much] = [took, allowed].map(|bytes| format::measured_bytes(bytes as f64));
    require!(
        took <= allowed,
        "the words are right, but it took {took_so_much} of memory; {allowed_so_much} are enough: read a file when its turn has \
         come, and let go of it when it is counted"
    );
    Ok(format!("at most {took_so_much} of memory for {} of text", format::measured_bytes(all as f64)))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::thread;

    use rayon::prelude::*;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;
    use crate::machine::{first_core, on_cores};
    use crate::process;
    use crate::units::secs;

    fn count(file: &Path) -> Counts {
        plain(&[file.to_owned()])
    }

    fn merge(mut all: Counts, more: Counts) -> Counts {
        more.into_iter().for_each(|(word, count)| *all.entry(word).or_default() += count);
        all
    }

    fn on_threads(files: &[PathBuf]) -> Counts {
        let (next, all) = (AtomicUsize::new(0), Mutex::new(Counts::new()));
        thread::scope(|scope| {
            for _ in 0..cores() {
                scope.spawn(|| {
                    while let Some(file) = files.get(next.fetch_add(1, SeqCst)) {
                        let counted = count(file);
                        let mut all = all.lock().unwrap();
                        *all = merge(std::mem::take(&mut *all), counted);
                    }
                });
            }
        });
        all.into_inner().unwrap()
    }

    fn in_a_pool(files: &[PathBuf]) -> Counts {
        files.par_iter().map(|file| count(file)).reduce(Counts::new, merge)
    }

    fn as_tasks(files: &[PathBuf]) -> Counts {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        let (mut files, mut all) = (files.iter().cloned(), Counts::new());
        runtime.block_on(async {
            loop {
                while tasks.len() < cores()
                    && let Some(file) = files.next()
                {
                    tasks.spawn_blocking(move || count(&file));
                }
                let Some(counted) = tasks.join_next().await else { return all };
                all = merge(std::mem::take(&mut all), counted.unwrap());
            }
        })
    }

    fn in_processes(files: &[PathBuf]) -> Counts {
        let share = |worker| files.iter().skip(worker).step_by(cores()).cloned().collect::<Vec<_>>();
        let start = |files: Vec<PathBuf>| process::fork(move || plain(&files));
        let children: Vec<_> = (0..cores()).map(|worker| start(share(worker))).collect();
        children.into_iter().map(|child| child.join().unwrap()).fold(Counts::new(), merge)
    }

    /// What a check says on a machine with one core, where speed decides nothing.
    fn on_one_core(theirs: impl Fn(&[PathBuf]) -> Counts + Send + Sync + 'static) -> Reply {
        on_cores([first_core()], || word_count(theirs)).unwrap()
    }

    #[test]
    fn every_model_counts() {
        for theirs in [plain, on_threads, in_a_pool, as_tasks, in_processes] {
            assert_reply(&on_one_core(theirs), Right, "words counted; at most");
        }
    }

    /// `cargo test --release -p concurrency-lab --lib the_figures_of_every_model -- --ignored --nocapture`
    #[test]
    #[ignore = "measures time"]
    fn the_figures_of_every_model() {
        for (name, theirs) in [
            ("sequential", plain as fn(&[PathBuf]) -> Counts),
            ("threads", on_threads),
            ("pool", in_a_pool),
            ("async", as_tasks),
            ("processes", in_processes),
        ] {
            println!("{name}: {}", word_count(theirs));
        }
    }

    #[test]
    fn a_gain_is_judged_unless_others_had_the_cores() {
        let gain = |low, high| Some(Interval { estimate: f64::midpoint(low, high), low, high });
        let judged = |gain, taken, alone| {
            speed(gain, taken, alone, 2).unwrap_or_else(|reason| format!("no: {reason}"))
        };
        let said = |gain, taken| judged(gain, taken, 0.5);
        assert!(said(gain(1.7, 1.9), 0.9).starts_with("1.80x [1.70, 1.90] as fast"));
        assert!(said(gain(0.9, 1.0), 0.1).ends_with("let several cores count"));
        assert!(said(gain(0.9, 1.9), 0.1).starts_with("no: 1.40x"));
        assert_eq!(
            said(gain(0.9, 1.0), 0.7),
            "how fast cannot be told, as other programs had 70% of the cores"
        );
        assert!(judged(gain(0.9, 1.0), 0.7, 0.97).ends_with("let several cores count"));
        let [alone, beside] = [|files: &[PathBuf]| plain(files), on_threads]
            .map(|count| share_of_this_thread(|| count(&written().unwrap())).1);
        assert!(alone > ALONE && (cores() == 1 || beside < ALONE), "{alone} {beside}");
        assert!(said(None, 0.1).starts_with("no: too few rounds"));
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&on_one_core(|_| todo!()), NotDone, "todo!()");
        let first_half = |files: &[PathBuf]| on_threads(&files[..FILES / 2]);
        assert_reply(&on_one_core(first_half), Wrong, "times, and was counted");
        let as_they_stand = |files: &[PathBuf]| {
            let mut counts = Counts::new();
            for file in files {
                for word in std::fs::read_to_string(file).unwrap().split_whitespace() {
                    *counts.entry(word.to_owned()).or_default() += 1;
                }
            }
            counts
        };
        assert_reply(&on_one_core(as_they_stand), Wrong, "words are counted in small letters");
        let all_at_once = |files: &[PathBuf]| {
            let texts: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
            let words: Vec<String> = texts.split_whitespace().map(str::to_lowercase).collect();
            words.into_iter().fold(Counts::new(), |counts, word| merge(counts, Counts::from([(word, 1)])))
        };
        assert_reply(&on_one_core(all_at_once), Wrong, "let go of it when it is counted");
        assert_reply(&on_one_core(|_| panic!("no luck")), Wrong, "it panicked: no luck");
        let endless = |_: &[PathBuf]| loop {
            thread::sleep(secs(1));
        };
        assert_reply(&on_one_core(endless), Wrong, "try it on the first file alone");
    }
}
