//! Exercise checks: `check::name(your_function)` answers in a sentence or two.
//!
//! A check looks at what a function did (how many tasks were in flight together, on which threads and in which
//! processes, in what order, with which answers) and never at how long it took, so an answer is the same on one core
//! and on many. The function runs under watch: it may panic, lock itself up or never end, and the notebook goes on.

mod beside;
mod bundle;
mod choose;
mod chunks;
mod count_up;
mod crawl;
mod errand;
mod gain;
mod gate;
mod interleave;
mod jobs;
mod keep_beating;
mod lines;
mod look_up;
mod my_task;
mod orders;
mod pages;
mod reply;
mod transfer;
mod twice;
mod word_count;

pub use beside::{Database, Work, give_way, query};
pub use bundle::bundle;
pub use choose::{Situation, choose};
pub use chunks::chunks;
pub use count_up::{Tally, count_up};
pub use crawl::{Web, crawl};
pub use errand::{Errand, Receipt, elsewhere, in_processes};
pub use interleave::interleave;
pub use jobs::{Job, all_at_once, survive, team};
pub use keep_beating::{Heart, LongWork, keep_beating};
pub use lines::{Log, in_turn};
pub use look_up::{Cache, Source, look_up};
pub use my_task::my_task;
pub use orders::{deadlocks, holds, lost};
pub use pages::{Site, add_page, fetch_all};
pub use reply::{Grade, Reply};
pub use transfer::{Account, transfer};
pub use twice::{line, twice_as_fast};
pub use word_count::{texts, word_count};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::reply::{Grade::NotDone, assert_reply};

    #[test]
    fn a_reply_calls_a_function_by_the_name_that_it_has_on_the_page() {
        fn task_of_mine(_: usize) -> u64 {
            todo!()
        }
        assert_reply(&super::my_task(task_of_mine), NotDone, "where `task_of_mine` says todo!()");
        assert!(super::my_task(task_of_mine).to_string().starts_with("Not done yet (task_of_mine)"));
        assert_reply(&super::my_task(|_| todo!()), NotDone, "where your function says todo!()");
    }

    #[test]
    fn replies_name_nothing_that_is_not_on_a_page() {
        // What every Rust programmer has, on the page or not.
        const KNOWN: [&str; 3] = [".await", "false", "join"];
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = |folder: &str, ending: &str| -> Vec<String> {
            let paths = fs::read_dir(crate_folder.join(folder)).unwrap().map(|entry| entry.unwrap().path());
            let wanted = paths.filter(|path| path.extension().is_some_and(|found| found == ending));
            wanted.map(|path| fs::read_to_string(path).unwrap()).collect()
        };
        let pages = files("../notebooks", "ipynb").concat();
        assert!(pages.contains("check::my_task"), "the notebooks were read");
        for source in files("src/lesson/check", "rs") {
            let code = source.split("#[cfg(test)]").next().unwrap();
            for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for quoted in line.split('`').skip(1).step_by(2).filter(|quoted| !quoted.contains('{')) {
                    let on_a_page = pages.contains(quoted) || KNOWN.contains(&quoted);
                    assert!(on_a_page, "`{quoted}` is in a reply and on no page: {line}");
                }
            }
        }
    }
}
