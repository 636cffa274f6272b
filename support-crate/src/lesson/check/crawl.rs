//! 11: a crawler with two limits, let loose on a small web of pages that a real server on this machine answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::reply::{Reply, judged, require};
use crate::format;
use crate::lesson::monitor::Monitor;
use crate::lesson::threads::block_on;
use crate::units::{KIB, ms, secs};
use crate::workload::{Downloads, Workload};

const PAGES: usize = 13;
/// Answers long after everybody should have given it up, and is the only one that links to the last but one.
const SLOW: usize = 5;
/// Two, lest a crawler has one of its own.
const LIMITS: [usize; 2] = [4, 3];
const PATIENCE: Duration = ms(500);

const REMEMBER: &str = "remember which pages have been asked for";

/// A web of pages that link to one another; page 0 is where to begin.
#[derive(Clone, Debug)]
pub struct Web {
    visits: Arc<Monitor<Vec<Visit>>>,
    limit: usize,
}

#[derive(Debug)]
struct Visit {
    page: usize,
    /// How many were open when it began, itself included.
    open: usize,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Open,
    Read,
    /// After so long, when so many others were open and so many had begun.
    Dropped {
        after: Duration,
        beside: usize,
        begun: usize,
    },
}

impl Web {
    /// Fetches a page from the server: the numbers of the pages that it links to.
    pub async fn fetch(&self, page: usize) -> Vec<usize> {
        assert!(page < PAGES, "there is no page {page}: follow the links of pages, from page 0");
        let mut visit = self.begin(page);
        let latency = if page == SLOW { secs(3) } else { ms(5) };
        let download = Downloads { files: PAGES, size: KIB, latency };
        download.task_async(page).await.unwrap_or_else(|error| panic!("{error}"));
        // Whoever may have company waits for it: so a crawler's limit is seen on a machine of any speed.
        for _ in 0..100 {
            if page == 0 || self.peak() >= self.limit {
                break;
            }
            tokio::time::sleep(ms(1)).await;
        }
        visit.read = true;
        links(page)
    }

    fn begin(&self, page: usize) -> UnderWay<'_> {
        let place = self.visits.with(|visits| {
            let before = visits.iter().filter(|visit| visit.page == page).count();
            assert!(before < 3, "page {page} was asked for again and again: {REMEMBER}");
            let open = 1 + pages(visits, End::Open).len();
            visits.push(Visit { page, open, end: End::Open });
            visits.len() - 1
        });
        UnderWay { web: self, place, begun: Instant::now(), read: false }
    }

    fn peak(&self) -> usize {
        self.visits.with(|visits| visits.iter().map(|visit| visit.open).max().unwrap_or(0))
    }
}

/// A fetch that has begun; a future that is dropped half-way ends it too.
struct UnderWay<'a> {
    web: &'a Web,
    place: usize,
    begun: Instant,
    read: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.web.visits.with(|visits| {
            let (after, beside, begun) =
                (self.begun.elapsed(), pages(visits, End::Open).len() - 1, visits.len());
            visits[self.place].end =
                if self.read { End::Read } else { End::Dropped { after, beside, begun } };
        });
    }
}

/// Six pages hang on the first, and one more on each of these.
fn links(page: usize) -> Vec<usize> {
    match page {
        0 => (1..=6).collect(),
        1..=6 => vec![0, page % 6 + 1, page + 6],
        _ => vec![0],
    }
}

/// Checks an async crawler: it begins at page 0, follows all links, fetches every page once, with no more than `limit` at the
/// same time, gives a page up after `patience`, which holds up no other one, and returns the numbers of those that it has read, in any order.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Web};
/// use std::time::Duration;
/// async fn crawl(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
///     todo!()
/// }
/// assert!(check::crawl(crawl).sentence.contains("todo!()"));
/// ```
pub fn crawl<Fut: Future<Output = Vec<usize>>>(theirs: impl Fn(Web, usize, Duration) -> Fut) -> Reply {
    // Here, not in the process that is watched: the server would end with that.
    let server = Downloads { files: PAGES, size: KIB, latency: ms(5) }.prepare();
    judged(&theirs, "does it wait for links that nobody will find?", || {
        server.map_err(|error| error.to_string())?;
        let told = crawled(&theirs, LIMITS[0])?;
        crawled(&theirs, LIMITS[1]).map_err(|why| format!("a limit of {}: {why}", LIMITS[1]))?;
        Ok(told)
    })
}

fn crawled<Fut: Future<Output = Vec<usize>>>(
    theirs: impl Fn(Web, usize, Duration) -> Fut,
    limit: usize,
) -> Result<String, String> {
    let web = Web { visits: Arc::default(), limit };
    let (mut told, left) = block_on(async {
        let told = theirs(web.clone(), limit, PATIENCE).await;
        (told, web.visits.with(|visits| pages(visits, End::Open)))
    });
    told.sort_unstable();
    let goes_on = "a task goes on when its handle is dropped";
    require!(left.is_empty(), "it came back while pages {left:?} were still being fetched: {goes_on}");
    let peak = web.peak();
    web.visits.with(|visits| judge(visits))?;
    require!(peak <= limit, "{peak} pages were being fetched at the same time; the limit is {limit}");
    require!(
        peak == limit,
        "it never fetched more than {peak} at the same time, though `limit` allows {limit}"
    );
    web.visits.with(|visits| busy_meanwhile(visits))?;
    let read = web.visits.with(|visits| pages(visits, End::Read));
    require!(read == told, "it read the pages {read:?}, but returned {told:?}");
    Ok(format!(
        "{} pages read, each once, {peak} at the same time, and page {SLOW} given up in time",
        read.len()
    ))
}

fn pages(visits: &[Visit], end: End) -> Vec<usize> {
    let mut pages: Vec<_> = visits.iter().filter(|visit| visit.end == end).map(|visit| visit.page).collect();
    pages.sort_unstable();
    pages
}

/// Whether the crawler had something else to fetch all the while it waited for a page that it gave up.
fn busy_meanwhile(visits: &[Visit]) -> Result<(), String> {
    for &Visit { page, end, .. } in visits {
        let End::Dropped { beside, begun, .. } = end else { continue };
        let later = visits.len() - begun;
        require!(
            beside > 0 || later == 0,
            "page {page} held up the others: {later} were not begun before it was given up, though nothing else was being fetched by \
             then; begin the next page whenever a place is free"
        );
    }
    Ok(())
}

/// What was asked for, how often and for how long.
fn judge(visits: &[Visit]) -> Result<(), String> {
    let times = |page| visits.iter().filter(|visit| visit.page == page).count();
    require!(!visits.is_empty(), "no page was ever asked for: a future that nobody awaits does nothing");
    let limit = format::duration(PATIENCE.as_secs_f64());
    for &Visit { page, end, .. } in visits {
        require!(times(page) == 1, "page {page} was fetched {} times: {REMEMBER}", times(page));
        let waited = end == End::Read && page == SLOW;
        require!(
            !waited,
            "page {page} was waited for though it takes longer than {limit}: set each fetch a time"
        );
        let too_early = matches!(end, End::Dropped { after, .. } if after < PATIENCE);
        require!(!too_early, "page {page} was given up early: {limit} are allowed for each page");
    }
    // A busy machine may have made another page too slow as well.
    for page in pages(visits, End::Read) {
        if let Some(link) = links(page).into_iter().find(|link| times(*link) == 0) {
            return Err(format!("page {link} was never fetched, though page {page} links to it"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use tokio::task::JoinSet;
    use tokio::time::timeout;

    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    /// A crawler that forgets what it is told to.
    async fn crawler(web: Web, limit: usize, patience: Duration, remembers: bool) -> Vec<usize> {
        let (mut seen, mut next, mut read) = (HashSet::from([0]), vec![0], Vec::new());
        let mut tasks = JoinSet::new();
        loop {
            while tasks.len() < limit
                && let Some(page) = next.pop()
            {
                let web = web.clone();
                tasks.spawn(async move { (page, timeout(patience, web.fetch(page)).await) });
            }
            let Some(done) = tasks.join_next().await else { return read };
            if let (page, Ok(links)) = done.unwrap() {
                read.push(page);
                let fresh = |link: &usize| seen.insert(*link) || !remembers;
                next.extend(links.into_iter().filter(fresh));
            }
        }
    }

    async fn right(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
        crawler(web, limit, patience, true).await
    }

    /// A task for every link, which waits for a permit.
    async fn by_permits(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
        let permits = Arc::new(tokio::sync::Semaphore::new(limit));
        let (mut seen, mut read, mut tasks) = (BTreeSet::from([0]), Vec::new(), JoinSet::new());
        let mut found = vec![0];
        loop {
            for page in found.drain(..) {
                let (web, permits) = (web.clone(), permits.clone());
                tasks.spawn(async move {
                    let _permit = permits.acquire_owned().await.unwrap();
                    Some((page, timeout(patience, web.fetch(page)).await.ok()?))
                });
            }
            match tasks.join_next().await {
                None => return read,
                Some(ended) => {
                    let Some((page, links)) = ended.unwrap() else { continue };
                    read.push(page);
                    found.extend(links.into_iter().filter(|link| seen.insert(*link)));
                }
            }
        }
    }

    /// All links of one level before any of the next.
    async fn by_levels(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
        let permits = Arc::new(tokio::sync::Semaphore::new(limit));
        let (mut seen, mut level, mut read) = (BTreeSet::from([0]), vec![0], Vec::new());
        while !level.is_empty() {
            let fetch = |page| {
                let (web, permits) = (web.clone(), permits.clone());
                tokio::spawn(async move {
                    let _permit = permits.acquire_owned().await.unwrap();
                    Some((page, timeout(patience, web.fetch(page)).await.ok()?))
                })
            };
            let mut found = Vec::new();
            for task in level.drain(..).map(fetch).collect::<Vec<_>>() {
                if let Some((page, links)) = task.await.unwrap() {
                    read.push(page);
                    found.extend(links.into_iter().filter(|link| seen.insert(*link)));
                }
            }
            level = found;
        }
        read
    }

    /// So many workers, which share what is left to do.
    async fn by_workers(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
        #[derive(Default)]
        struct Left {
            seen: HashSet<usize>,
            next: Vec<usize>,
            busy: usize,
            read: Vec<usize>,
        }
        let left = Arc::<std::sync::Mutex<Left>>::default();
        left.lock().unwrap().next.push(0);
        left.lock().unwrap().seen.insert(0);
        let work = move |web: Web, left: Arc<std::sync::Mutex<Left>>| async move {
            loop {
                let page = {
                    let mut left = left.lock().unwrap();
                    let page = left.next.pop();
                    left.busy += usize::from(page.is_some());
                    page.ok_or(left.busy)
                };
                match page {
                    Ok(page) => {
                        let links = timeout(patience, web.fetch(page)).await;
                        let left = &mut *left.lock().unwrap();
                        left.busy -= 1;
                        if let Ok(links) = links {
                            left.read.push(page);
                            left.next.extend(links.into_iter().filter(|link| left.seen.insert(*link)));
                        }
                    }
                    Err(0) => return,
                    Err(_) => tokio::time::sleep(ms(1)).await,
                }
            }
        };
        let mut workers = Vec::new();
        for _ in 0..limit {
            workers.push(Box::pin(work(web.clone(), left.clone())));
        }
        let all = tokio::task::LocalSet::new();
        all.run_until(async {
            for worker in workers.into_iter().map(tokio::task::spawn_local).collect::<Vec<_>>() {
                worker.await.unwrap();
            }
        })
        .await;
        std::mem::take(&mut left.lock().unwrap().read)
    }

    #[test]
    fn accepts_every_kind_of_crawler() {
        assert_reply(
            &crawl(right),
            Right,
            "11 pages read, each once, 4 at the same time, and page 5 given up",
        );
        assert_reply(&crawl(by_permits), Right, "11 pages read");
        assert_reply(&crawl(by_workers), Right, "11 pages read");
    }

    async fn drops_handles(web: Web, limit: usize, patience: Duration) -> Vec<usize> {
        let mut read = Vec::new();
        for pages in (0..PAGES).collect::<Vec<_>>().chunks(limit) {
            let fetch = |page: usize| {
                let web = web.clone();
                timeout(patience, tokio::spawn(async move { web.fetch(page).await }))
            };
            for (page, task) in pages.iter().map(|page| (*page, fetch(*page))).collect::<Vec<_>>() {
                read.extend(task.await.map(|_| page));
            }
        }
        read
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&crawl(|_, _, _| async { todo!() }), NotDone, "todo!()");
        assert_reply(&crawl(|_, _, _| async { Vec::new() }), Wrong, "no page was ever asked for");
        let of_its_own = |web, _, patience| crawler(web, 4, patience, true);
        assert_reply(&crawl(of_its_own), Wrong, "a limit of 3: 4 pages were being fetched at the same time");
        assert_reply(
            &crawl(|web, limit, patience| crawler(web, limit, patience, false)),
            Wrong,
            "again and again: remember",
        );
        let twice = |web: Web, limit, patience| async move {
            web.fetch(0).await;
            right(web, limit, patience).await
        };
        assert_reply(&crawl(twice), Wrong, "page 0 was fetched 2 times: remember");
        assert_reply(
            &crawl(|web, _, patience| right(web, PAGES, patience)),
            Wrong,
            "6 pages were being fetched",
        );
        assert_reply(&crawl(|web, _, patience| right(web, 1, patience)), Wrong, "never fetched more than 1");
        assert_reply(&crawl(|web, limit, _| right(web, limit, secs(60))), Wrong, "page 5 was waited for");
        assert_reply(&crawl(|web, limit, _| right(web, limit, ms(1))), Wrong, "page 0 was given up early");
        assert_reply(&crawl(by_levels), Wrong, "page 5 held up the others: 5 were not begun");
        assert_reply(&crawl(drops_handles), Wrong, "goes on when its handle is dropped");
        let first_only = |web: Web, _, _| async move { web.fetch(0).await };
        assert_reply(&crawl(first_only), Wrong, "page 1 was never fetched, though page 0 links to it");
        let forgets_the_first =
            |web, limit, patience| async move { right(web, limit, patience).await.split_off(1) };
        assert_reply(&crawl(forgets_the_first), Wrong, "but returned [1, 2");
        assert_reply(
            &crawl(|web: Web, _, _| async move { web.fetch(99).await }),
            Wrong,
            "there is no page 99",
        );
        assert_reply(&crawl(|_, _, _| std::future::pending()), Wrong, "links that nobody will find");
    }
}
