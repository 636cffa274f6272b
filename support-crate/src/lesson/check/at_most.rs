//! 11: many tasks, but never more than so many in flight.

use super::answer::all_in_order;
use super::reply::{Reply, judged, require};
use super::site::Site;
use crate::lesson::threads::block_on;

const PAGES: usize = 20;
const LIMIT: usize = 4;

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
        let site = Site::new(PAGES, LIMIT);
        let pages = block_on(theirs(site.clone(), PAGES, LIMIT));
        site.each_fetched_once()?;
        let peak = site.gate.peak();
        require!(peak <= LIMIT, "at the peak {peak} fetches were in flight; the limit is {LIMIT}");
        let fetches = if peak == 1 { "fetch was" } else { "fetches were" };
        require!(peak == LIMIT, "at the peak {peak} {fetches} in flight, though {LIMIT} are allowed");
        all_in_order("page", &pages, PAGES)?;
        Ok(format!("{LIMIT} fetches in flight at the peak, never more, and all {PAGES} pages in order"))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;
    use tokio::task::JoinSet;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    async fn unfinished(_: Site, _: usize, _: usize) -> Vec<u64> {
        todo!()
    }

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

    async fn right(site: Site, pages: usize, limit: usize) -> Vec<u64> {
        limited(site, pages, limit).await
    }

    async fn no_limit(site: Site, pages: usize, _: usize) -> Vec<u64> {
        limited(site, pages, pages).await
    }

    async fn one_at_a_time(site: Site, pages: usize, _: usize) -> Vec<u64> {
        limited(site, pages, 1).await
    }

    async fn off_by_one(site: Site, pages: usize, limit: usize) -> Vec<u64> {
        limited(site, pages, limit - 1).await
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

    async fn as_they_come(site: Site, pages: usize, limit: usize) -> Vec<u64> {
        let semaphore = Arc::new(Semaphore::new(limit));
        let mut tasks = JoinSet::new();
        for page in 0..pages {
            let (site, semaphore) = (site.clone(), semaphore.clone());
            tasks.spawn(async move {
                let _permit = semaphore.acquire().await.unwrap();
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
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&at_most(unfinished), NotDone, "todo!()");
        assert_reply(&at_most(no_limit), Wrong, "20 fetches were in flight; the limit is 4");
        assert_reply(&at_most(drops_the_permit_at_once), Wrong, "20 fetches were in flight; the limit is 4");
        assert_reply(&at_most(one_at_a_time), Wrong, "1 fetch was in flight, though 4");
        assert_reply(&at_most(off_by_one), Wrong, "3 fetches were in flight, though 4");
        assert_reply(&at_most(as_they_come), Wrong, "keep the order of the pages");
        assert_reply(&at_most(right), Right, "4 fetches in flight at the peak");
    }

    #[test]
    fn survives_permits_that_are_never_given_back() {
        assert_reply(&at_most(keeps_the_permits), Wrong, "a permit that is never given back");
    }
}
