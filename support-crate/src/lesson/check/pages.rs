//! Exercises with a make-believe web site that knows how many of its pages are being fetched at once: all of them (04), and
//! no more than allowed (11).

use std::sync::Arc;

use super::gate::Gate;
use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::lesson::threads::block_on;
use crate::units::ms;

const PAGES: usize = 20;
/// Fetches that may be in flight where there is a limit.
const LIMIT: usize = 4;
/// How often a fetch gives way before it stops waiting for company; counted, not timed, so no clock can decide.
const TURNS: usize = 200;

/// A web site. [`Site::fetch`] gives way while it waits, until as many as expected are in flight.
#[derive(Clone, Debug)]
pub struct Site(Arc<Gate>);

impl Site {
    /// Fetches a page: awaiting it gives other tasks their turn.
    pub async fn fetch(&self, page: usize) -> u64 {
        let place = self.0.enter(page);
        for _ in 0..TURNS {
            if self.0.met() {
                break;
            }
            tokio::task::yield_now().await;
        }
        // A few turns more, so that a crowd has the time to gather, and so that later pages end first.
        for _ in 0..(8 + 2 * PAGES.saturating_sub(page)) {
            tokio::task::yield_now().await;
        }
        // A fetch that is dropped half-way never leaves.
        self.0.leave(place);
        answer(page)
    }
}

/// Has all pages fetched from a site whose fetches linger until `together` are in flight: what came back, and the gate that
/// they went through. Each page has to have been fetched once, to the end.
fn fetched<Fut>(together: usize, theirs: impl Fn(Site) -> Fut) -> Result<(Vec<u64>, Arc<Gate>), String>
where
    Fut: Future<Output = Vec<u64>>,
{
    let gate = Arc::new(Gate::new(together, ms(100)));
    let pages = block_on(theirs(Site(gate.clone())));
    let asked = !gate.numbers().is_empty();
    require!(asked, "no page was ever asked for: a future that nobody awaits does nothing");
    gate.all_done("page", "fetched", PAGES, "await every task")?;
    Ok((pages, gate))
}

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
        let (pages, gate) = fetched(PAGES, |site| theirs(site, PAGES))?;
        let (here, peak) = (gate.on_this_thread(), gate.peak());
        require!(here == PAGES, "a page was fetched on another thread: here one thread is to carry them all");
        let were = if peak == 1 { "was" } else { "were" };
        require!(
            peak == PAGES,
            "at the peak {peak} of {PAGES} fetches {were} in flight: begin them all, as tasks, before you await the first"
        );
        all_in_order("page", &pages, PAGES)?;
        Ok(format!(
            "{PAGES} fetches in flight at the same time on one thread, and the pages came back in order"
        ))
    })
}

/// Checks an async function that fetches the pages `0..pages` with at most `limit` of them in flight, and with `limit`
/// in flight at the peak; it returns what the pages hold, in their order.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Site};
/// async fn at_most(site: Site, pages: usize, limit: usize) -> Vec<u64> {
///     todo!()
/// }
/// assert!(check::at_most(at_most).sentence.contains("todo!()"));
/// ```
pub fn at_most<Fut: Future<Output = Vec<u64>>>(theirs: impl Fn(Site, usize, usize) -> Fut) -> Reply {
    judged(&theirs, "a permit that is never given back keeps the next task waiting for ever", || {
        let (pages, gate) = fetched(LIMIT, |site| theirs(site, PAGES, LIMIT))?;
        let peak = gate.peak();
        require!(peak <= LIMIT, "at the peak {peak} fetches were in flight; the limit is {LIMIT}");
        require!(peak == LIMIT, "it never had more than {peak} in flight, though {LIMIT} are allowed");
        all_in_order("page", &pages, PAGES)?;
        Ok(format!("{LIMIT} fetches in flight at the peak, never more, and all {PAGES} pages in order"))
    })
}

#[cfg(test)]
mod tests {
    use tokio::sync::Semaphore;
    use tokio::task::JoinSet;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    /// Fetches pages as tasks, with so many permits.
    async fn limited(site: Site, pages: usize, permits: usize) -> Vec<u64> {
        let semaphore = Arc::new(Semaphore::new(permits));
        let fetch = |page| {
            let (site, semaphore) = (site.clone(), semaphore.clone());
            tokio::spawn(async move {
                let _permit = semaphore.acquire().await.unwrap();
                site.fetch(page).await
            })
        };
        let tasks: Vec<_> = (0..pages).map(fetch).collect();
        let mut texts = Vec::new();
        for task in tasks {
            texts.push(task.await.unwrap());
        }
        texts
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

    #[test]
    fn attempts_at_fetching_all() {
        assert_reply(&fetch_all(|_, _| async { todo!() }), NotDone, "todo!()");
        assert_reply(&fetch_all(one_after_the_other), Wrong, "1 of 20 fetches was in flight");
        assert_reply(
            &fetch_all(|site, pages| limited(site, pages, 5)),
            Wrong,
            "5 of 20 fetches were in flight",
        );
        assert_reply(&fetch_all(as_they_come), Wrong, "keep the order of the pages");
        assert_reply(&fetch_all(on_threads), Wrong, "on another thread");
        assert_reply(&fetch_all(nobody_awaits), Wrong, "a future that nobody awaits does nothing");
        assert_reply(&fetch_all(leaves_early), Wrong, "await every task");
        assert_reply(&fetch_all(|site, pages| limited(site, pages, pages)), Right, "20 fetches in flight");
    }

    async fn drops_the_permit_at_once(site: Site, pages: usize, limit: usize) -> Vec<u64> {
        let semaphore = Arc::new(Semaphore::new(limit));
        let mut tasks = JoinSet::new();
        for page in 0..pages {
            let (site, semaphore) = (site.clone(), semaphore.clone());
            tasks.spawn(async move {
                let _ = semaphore.acquire().await.unwrap();
                site.fetch(page).await
            });
        }
        tasks.join_all().await
    }

    async fn keeps_the_permits(site: Site, pages: usize, limit: usize) -> Vec<u64> {
        let semaphore = Semaphore::new(limit);
        let mut texts = Vec::new();
        for page in 0..pages {
            semaphore.acquire().await.unwrap().forget();
            texts.push(site.fetch(page).await);
        }
        texts
    }

    #[test]
    fn attempts_at_fetching_with_a_limit() {
        assert_reply(&at_most(|_, _, _| async { todo!() }), NotDone, "todo!()");
        let no_limit = |site, pages, _| limited(site, pages, pages);
        assert_reply(&at_most(no_limit), Wrong, "20 fetches were in flight; the limit is 4");
        assert_reply(&at_most(drops_the_permit_at_once), Wrong, "20 fetches were in flight; the limit is 4");
        let one_at_a_time = |site, pages, _| one_after_the_other(site, pages);
        assert_reply(&at_most(one_at_a_time), Wrong, "never had more than 1 in flight, though 4");
        let off_by_one = |site, pages, limit| limited(site, pages, limit - 1);
        assert_reply(&at_most(off_by_one), Wrong, "never had more than 3 in flight, though 4");
        assert_reply(&at_most(keeps_the_permits), Wrong, "a permit that is never given back");
        assert_reply(&at_most(limited), Right, "4 fetches in flight at the peak");
    }
}
