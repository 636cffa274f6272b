//! Exercises with a make-believe web site that knows how many of its pages are being fetched at once: all of them, by one
//! function (04), and by tasks that share a lock (08).

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_local;

use super::gate::Gate;
use super::reply::{Reply, all_in_order, answer, judged, require};
use crate::lesson::threads::block_on;
use crate::units::ms;

const PAGES: usize = 20;
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
fn fetched<T>(together: usize, theirs: impl AsyncFnOnce(Site) -> T) -> Result<(T, Arc<Gate>), String> {
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
        let (pages, gate) = fetched(PAGES, async |site| theirs(site, PAGES).await)?;
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

/// Checks an async function that fetches one page and adds what it holds to a sum which all tasks share. The check starts it
/// for all pages at the same time, as tasks on one thread: whoever waits for a page must not keep the lock meanwhile.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Site};
/// use std::sync::{Arc, Mutex};
/// async fn add_page(site: Site, page: usize, sum: Arc<Mutex<u64>>) {
///     todo!()
/// }
/// assert!(check::add_page(add_page).sentence.contains("todo!()"));
/// ```
pub fn add_page<Fut>(theirs: impl Fn(Site, usize, Arc<Mutex<u64>>) -> Fut) -> Reply
where
    Fut: Future<Output = ()> + 'static,
{
    let endless = "a task that gives way with the lock in its hands keeps it, and the next one to ask stops the only \
                   thread there is";
    judged(&theirs, endless, || {
        let sum = Arc::<Mutex<u64>>::default();
        let (_, gate) = fetched(PAGES, async |site: Site| {
            let start = |page| spawn_local(theirs(site.clone(), page, sum.clone()));
            for task in (0..PAGES).map(start).collect::<Vec<_>>() {
                task.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            }
        })?;
        let (peak, added) = (gate.peak(), *sum.lock().unwrap_or_else(PoisonError::into_inner));
        require!(
            peak == PAGES,
            "it never had more than {peak} of {PAGES} fetches in flight: others waited for the lock while a page was on its way"
        );
        let expected: u64 = (0..PAGES).map(answer).sum();
        let why = match added {
            0 => "was a copy of it changed, or nothing added?",
            _ => "is the sum read before the wait and written after it?",
        };
        require!(added == expected, "the pages add up to {expected}, and the sum is {added}: {why}");
        Ok(format!("{PAGES} fetches in flight at the same time, and the sum of all pages is right"))
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
        let sorted = |site: Site, pages| async move {
            let mut tasks = JoinSet::new();
            for page in 0..pages {
                let site = site.clone();
                tasks.spawn(async move { (page, site.fetch(page).await) });
            }
            let mut texts = tasks.join_all().await;
            texts.sort_unstable();
            texts.into_iter().map(|(_, text)| text).collect()
        };
        assert_reply(&fetch_all(sorted), Right, "20 fetches in flight");
        let through_a_channel = |site: Site, pages| async move {
            let (sender, mut receiver) = tokio::sync::mpsc::channel(pages);
            for page in 0..pages {
                let (site, sender) = (site.clone(), sender.clone());
                spawn_local(async move { sender.send((page, site.fetch(page).await)).await.unwrap() });
            }
            drop(sender);
            let mut texts = vec![0; pages];
            while let Some((page, text)) = receiver.recv().await {
                texts[page] = text;
            }
            texts
        };
        assert_reply(&fetch_all(through_a_channel), Right, "20 fetches in flight");
    }

    type Sum = Arc<Mutex<u64>>;

    #[allow(clippy::await_holding_lock)] // the bug that is to be found
    async fn keeps_the_lock(site: Site, page: usize, sum: Sum) {
        let mut sum = sum.lock().unwrap();
        *sum += site.fetch(page).await;
    }

    #[allow(clippy::await_holding_lock)]
    async fn asks_until_it_is_free(site: Site, page: usize, sum: Sum) {
        loop {
            if let Ok(mut sum) = sum.try_lock() {
                *sum += site.fetch(page).await;
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn writes_what_it_read_before(site: Site, page: usize, sum: Sum) {
        let before = *sum.lock().unwrap();
        let text = site.fetch(page).await;
        *sum.lock().unwrap() = before + text;
    }

    async fn adds_the_number(site: Site, page: usize, sum: Sum) {
        site.fetch(page).await;
        *sum.lock().unwrap() += page as u64;
    }

    async fn nobody_waits(site: Site, page: usize, sum: Sum) {
        tokio::spawn(async move { *sum.lock().unwrap() += site.fetch(page).await });
    }

    async fn fetches_first(site: Site, page: usize, sum: Sum) {
        let text = site.fetch(page).await;
        *sum.lock().unwrap() += text;
    }

    /// The right side of `+=` comes first for numbers, and the lock is only taken after it.
    async fn in_one_line(site: Site, page: usize, sum: Sum) {
        *sum.lock().unwrap() += site.fetch(page).await;
    }

    async fn in_another_task(site: Site, page: usize, sum: Sum) {
        let text = tokio::spawn(async move { site.fetch(page).await }).await.unwrap();
        let mut sum = sum.lock().unwrap();
        *sum += text;
    }

    #[test]
    fn attempts_at_adding_pages() {
        assert_reply(&add_page(|_, _, _| async { todo!() }), NotDone, "todo!()");
        assert_reply(&add_page(keeps_the_lock), Wrong, "stops the only thread there is");
        assert_reply(&add_page(asks_until_it_is_free), Wrong, "never had more than 1 of 20");
        assert_reply(&add_page(writes_what_it_read_before), Wrong, "read before the wait");
        assert_reply(&add_page(adds_the_number), Wrong, "and the sum is 190");
        assert_reply(&add_page(|_, _, _| async {}), Wrong, "no page was ever asked for");
        assert_reply(&add_page(nobody_waits), Wrong, "await every task");
        assert_reply(&add_page(|_, _, _| async { panic!("no luck") }), Wrong, "it panicked: no luck");
        assert_reply(&add_page(fetches_first), Right, "the sum of all pages is right");
        assert_reply(&add_page(in_one_line), Right, "the sum of all pages is right");
        assert_reply(&add_page(in_another_task), Right, "the sum of all pages is right");
    }
}
