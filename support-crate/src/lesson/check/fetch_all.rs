//! 04: many fetches in flight on one thread.

use super::answer::all_in_order;
use super::reply::{Reply, judged, require};
use super::site::Site;
use crate::lesson::threads::block_on;

const PAGES: usize = 20;

/// Checks an async function that fetches the pages `0..pages` all at the same time, on one thread, and returns what
/// they hold in the order of the pages.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Site};
/// async fn fetch_all(site: Site, pages: usize) -> Vec<u64> {
///     todo!()
/// }
/// assert!(check::fetch_all(fetch_all).sentence.contains("todo!()"));
/// ```
pub fn fetch_all<Fut: Future<Output = Vec<u64>>>(theirs: impl Fn(Site, usize) -> Fut) -> Reply {
    judged(&theirs, "an await there waits for something that never comes", || {
        let site = Site::new(PAGES, PAGES);
        let pages = block_on(theirs(site.clone(), PAGES));
        site.each_fetched_once()?;
        let here = site.gate.on_this_thread();
        require!(here == PAGES, "a page was fetched on another thread: here one thread is to carry them all");
        let peak = site.gate.peak();
        require!(
            peak > 1,
            "at the peak 1 of {PAGES} fetches was in flight: begin them all, as tasks, before you await the first"
        );
        require!(peak == PAGES, "at the peak {peak} fetches were in flight, not all {PAGES}");
        all_in_order("page", &pages, PAGES)?;
        Ok(format!(
            "{PAGES} fetches in flight at the same time on one thread, and the pages came back in order"
        ))
    })
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    async fn unfinished(_: Site, _: usize) -> Vec<u64> {
        todo!()
    }

    async fn one_after_the_other(site: Site, pages: usize) -> Vec<u64> {
        let mut texts = Vec::new();
        for page in 0..pages {
            texts.push(site.fetch(page).await);
        }
        texts
    }

    async fn as_they_come(site: Site, pages: usize) -> Vec<u64> {
        let mut tasks = JoinSet::new();
        for page in 0..pages {
            let site = site.clone();
            tasks.spawn(async move { site.fetch(page).await });
        }
        tasks.join_all().await
    }

    async fn on_threads(site: Site, pages: usize) -> Vec<u64> {
        let fetch = |page| {
            let site = site.clone();
            std::thread::spawn(move || block_on(site.fetch(page)))
        };
        let threads: Vec<_> = (0..pages).map(fetch).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    }

    async fn nobody_awaits(site: Site, pages: usize) -> Vec<u64> {
        for page in 0..pages {
            drop(site.fetch(page));
        }
        vec![0; pages]
    }

    async fn leaves_early(site: Site, pages: usize) -> Vec<u64> {
        for page in 0..pages {
            let site = site.clone();
            tokio::spawn(async move { site.fetch(page).await });
        }
        tokio::task::yield_now().await;
        Vec::new()
    }

    async fn right(site: Site, pages: usize) -> Vec<u64> {
        let fetch = |page| {
            let site = site.clone();
            tokio::spawn(async move { site.fetch(page).await })
        };
        let tasks: Vec<_> = (0..pages).map(fetch).collect();
        let mut texts = Vec::new();
        for task in tasks {
            texts.push(task.await.unwrap());
        }
        texts
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&fetch_all(unfinished), NotDone, "todo!()");
        assert_reply(&fetch_all(one_after_the_other), Wrong, "1 of 20 fetches");
        assert_reply(&fetch_all(as_they_come), Wrong, "keep the order of the pages");
        assert_reply(&fetch_all(on_threads), Wrong, "on another thread");
        assert_reply(&fetch_all(nobody_awaits), Wrong, "a future that nobody awaits does nothing");
        assert_reply(&fetch_all(leaves_early), Wrong, "await every task");
        assert_reply(&fetch_all(right), Right, "20 fetches in flight");
    }
}
