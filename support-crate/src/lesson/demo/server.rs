//! A server under load: how long requests take, counted from when they were meant to start, as clients grow.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::chart::draw::Values;
use crate::chart::{Caption, Figure, Line, LinePoint, LinesSeries, Quantity, Table};
use crate::error::Error;
use crate::format;
use crate::lesson::threads::block_on;
use crate::machine::machine;
use crate::model::Model;
use crate::process;
use crate::units::ms;
use crate::workload::check;

/// How the server runs its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Server {
    /// Accepts, answers, accepts the next.
    Sequential,
    /// Starts a thread for each connection.
    ThreadEach,
    /// A task for each connection, on one thread.
    Async,
}

/// Every server, with its name in tables and charts, and the model whose colour it is drawn in.
const SERVERS: [(Server, &str, Model); 3] = [
    (Server::Sequential, "sequential", Model::Sequential),
    (Server::ThreadEach, "a thread each", Model::Threads(1)),
    (Server::Async, "async", Model::Async),
];

/// One server under the load of so many clients.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Clients; each means to send a request every 50 ms, for 400 ms.
    pub(crate) clients: usize,
    /// How long the requests took that were answered, in rising order.
    seconds: Vec<f64>,
    /// Requests that had no answer.
    unanswered: usize,
    /// Requests answered within the span, for each second of it.
    pub(crate) per_second: f64,
}

const PERIOD: Duration = ms(50);
/// Requests of each client.
const EACH: usize = 8;
const SPAN: Duration = ms(400);
/// How long answers are waited for after the last request was sent.
const GRACE: Duration = ms(600);

/// Puts three servers under the load of so many clients, one number after the other. A request waits for `wait` inside
/// the server, as for a database. Every client means to send one every 50 ms, answered or not, and a request's time
/// counts from that moment: a server that falls behind cannot hide it by slowing its clients down.
///
/// ```
/// use concurrency_lab::prelude::*;
/// assert!(server_load(ms(2), [2]).text().starts_with("With 2 clients a typical request takes "));
/// ```
pub fn server_load(wait: Duration, clients: impl IntoIterator<Item = usize>) -> Figure {
    let mut clients: Vec<usize> = clients.into_iter().collect();
    clients.sort_unstable();
    loads(wait, &clients).map_or_else(Figure::problem, |loads| figure(wait, loads))
}

/// Each server with each number of clients, one server after the other.
///
/// # Errors
/// A number that is not allowed, or no port to be had.
pub(crate) fn loads(wait: Duration, clients: &[usize]) -> Result<Vec<Load>, Error> {
    check::number("numbers of clients", clients.len(), 1..=8)?;
    clients.iter().try_for_each(|&clients| check::number("clients", clients, 1..=500))?;
    check::number("milliseconds of waiting", wait.as_millis() as usize, 0..=1_000)?;
    let each = SERVERS.iter().flat_map(|server| clients.iter().map(move |&clients| (server.0, clients)));
    each.map(|(server, clients)| {
        measure(server, wait, clients)
            .map_err(|error| Error::unavailable(format!("no port could be had: {error}")))
    })
    .collect()
}

impl Load {
    /// What such a share of all its requests took at most, in seconds; `None` where fewer were answered.
    pub(crate) fn within(&self, share: f64) -> Option<f64> {
        let rank = (share * (self.seconds.len() + self.unanswered) as f64).ceil() as usize;
        self.seconds.get(rank.saturating_sub(1)).copied()
    }

    fn row(&self, server: &str) -> [String; 7] {
        let time = |seconds: Option<f64>| seconds.map_or(format::NONE.into(), format::duration);
        let [half, most] = [0.5, 0.99].map(|share| time(self.within(share)));
        let [slowest, per_second] = [time(self.seconds.last().copied()), format::fixed(self.per_second, 0)];
        let [clients, unanswered] =
            [self.clients, self.unanswered].map(|number| format::count(number as u64));
        [server.into(), clients, per_second, half, most, slowest, unanswered]
    }
}

/// The time of a request against the number of clients, a line for each server.
fn figure(wait: Duration, loads: Vec<Load>) -> Figure {
    let servers: Vec<_> =
        SERVERS.iter().zip(loads.chunks(loads.len().div_ceil(SERVERS.len()).max(1))).collect();
    let (mut took, mut lost) = (Vec::new(), Vec::new());
    for ((_, name, _), loads) in &servers {
        match loads.last().and_then(|load| load.within(0.5)) {
            Some(half) => took.push(format!("{} ({name})", format::duration(half))),
            None => lost.push(*name),
        }
    }
    let took = (!took.is_empty()).then(|| format!("a typical request takes {}", took.join(", ")));
    let lost = (!lost.is_empty()).then(|| format!("most requests have no answer ({})", lost.join(", ")));
    let most = format::plural(loads.last().map_or(0, |load| load.clients as u64), "client");
    let found: Vec<String> = took.into_iter().chain(lost).collect();
    let title = format!("With {most} {}", found.join("; "));
    let wait = format::duration(wait.as_secs_f64());
    let subtitle = format!("A server that waits {wait} for each request · {}", machine().in_short());
    let caption = Caption::new(title, subtitle).with_note(
        "Points: half of the requests took at most so long; dashes lead up to where fewer were answered. Whiskers: up to all but a \
         hundredth, or to the slowest answer. Counted from the moment a request was meant to be sent (open loop).",
    );
    let numbers = ["clients", "answered a second", "50%", "99%", "slowest", "unanswered"];
    let rows = servers.iter().flat_map(|((_, name, _), loads)| loads.iter().map(|load| load.row(name)));
    let top = loads.iter().filter_map(|load| load.seconds.last().copied()).fold(0.0, f64::max);
    let line = |&((_, name, model), loads): &(&(Server, &str, Model), &[Load])| {
        let point = |load: &Load| {
            let (half, slowest) = (load.within(0.5)?, *load.seconds.last()?);
            let most = load.within(0.99).unwrap_or(slowest);
            Some(LinePoint {
                at: load.clients as f64,
                values: vec![(half, Some((half, most)))],
                failed: None,
            })
        };
        let lost = loads.last().map_or(0, |load| load.unanswered);
        let points: Vec<LinePoint> = loads.iter().filter_map(point).collect();
        let answered = points.last().map(|point| (point.at, point.values[0].0));
        let beyond = loads.iter().filter(|load| answered.is_none_or(|(at, _)| load.clients as f64 > at));
        let beyond: Vec<(f64, f64)> = beyond.map(|load| (load.clients as f64, top)).collect();
        let leaves = answered.filter(|_| !beyond.is_empty());
        Line {
            look: Some(model.look()),
            name: (*name).to_owned(),
            points,
            guess: leaves.into_iter().chain(beyond).collect(),
            details: (lost > 0).then(|| format!("{lost} unanswered")).into_iter().collect(),
            ..Line::default()
        }
    };
    let clients = Values::log(Quantity::Number, loads.iter().map(|load| load.clients as f64));
    let times = Values::log(
        Quantity::Seconds,
        loads.iter().flat_map(|load| load.within(0.5).into_iter().chain(load.seconds.last().copied())),
    );
    Figure::new(LinesSeries {
        caption,
        across: ("clients".into(), clients),
        up: vec![("time of one request".into(), times)],
        lines: servers.iter().map(line).collect(),
        guides: Vec::new(),
        each: None,
        table: Some(Table::default().words(["server"]).numbers(numbers).rows(rows)),
    })
}

/// One server, in a process of its own, under the load of `clients`.
fn measure(server: Server, wait: Duration, clients: usize) -> io::Result<Load> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    // A server that cannot serve shows as requests that nobody answers.
    let serving = process::fork(|| drop(serve(server, &listener, wait)));
    drop(listener);
    // A thread of its own: the cell may already be inside a runtime.
    let answers = thread::spawn(move || load(address, clients)).join().unwrap_or_default();
    serving.kill();
    let _ = serving.join();
    let within = answers.iter().filter(|answer| answer.1 <= SPAN.as_secs_f64()).count();
    let mut seconds: Vec<f64> = answers.iter().map(|answer| answer.0).collect();
    seconds.sort_unstable_by(f64::total_cmp);
    let unanswered = clients * EACH - seconds.len();
    Ok(Load { clients, seconds, unanswered, per_second: within as f64 / SPAN.as_secs_f64() })
}

/// In the server's process: answers until it is killed.
fn serve(server: Server, listener: &TcpListener, wait: Duration) -> io::Result<()> {
    let answer = move |mut connection: TcpStream| {
        if connection.read_exact(&mut [0; QUESTION.len()]).is_ok() {
            thread::sleep(wait);
            // A client that has gone needs no answer.
            let _ = connection.write_all(ANSWER);
        }
    };
    match server {
        Server::Sequential => listener.incoming().flatten().for_each(answer),
        Server::ThreadEach => listener.incoming().flatten().for_each(|connection| {
            // Where the system refuses another thread, that client goes without an answer.
            let _ = thread::Builder::new().stack_size(64 * 1024).spawn(move || answer(connection));
        }),
        Server::Async => block_on(async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener.try_clone()?)?;
            while let Ok((mut connection, _)) = listener.accept().await {
                tokio::spawn(async move {
                    if connection.read_exact(&mut [0; QUESTION.len()]).await.is_ok() {
                        tokio::time::sleep(wait).await;
                        let _ = connection.write_all(ANSWER).await;
                    }
                });
            }
            io::Result::Ok(())
        })?,
    }
    Ok(())
}

const QUESTION: &[u8] = b"ask\n";
const ANSWER: &[u8] = b"done\n";

/// An answer: seconds from its intended start, and when it came, in seconds from the start of all.
type Answer = (f64, f64);

/// Sends every client's requests at their times: the answers that came in time.
fn load(address: SocketAddr, clients: usize) -> Vec<Answer> {
    block_on(async move {
        let start = Instant::now() + ms(5);
        // Clients are spread over the period, as strangers would be.
        let offset = |number: usize| PERIOD.mul_f64(number as f64 / clients as f64);
        let send = |number| tokio::spawn(request(address, start, start + offset(number)));
        let requests: Vec<_> = (0..clients * EACH).map(send).collect();
        let end = tokio::time::Instant::from_std(start + SPAN + GRACE);
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let ended = tokio::time::timeout_at(end, request).await;
            answers.extend(ended.ok().and_then(Result::ok).flatten());
        }
        answers
    })
}

async fn request(address: SocketAddr, start: Instant, intended: Instant) -> Option<Answer> {
    tokio::time::sleep_until(intended.into()).await;
    let mut connection = tokio::net::TcpStream::connect(address).await.ok()?;
    connection.write_all(QUESTION).await.ok()?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.ok()?;
    let came = Instant::now();
    (answer == ANSWER).then(|| ((came - intended).as_secs_f64(), (came - start).as_secs_f64()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_answers_and_latency_counts_from_the_intended_start() {
        for Load { clients, seconds, unanswered, .. } in loads(ms(5), &[1, 4]).unwrap() {
            assert_eq!(seconds.len() + unanswered, clients * 8);
            assert!(seconds.first().is_some_and(|&least| least >= 0.005), "{seconds:?}");
            assert!(seconds.is_sorted());
        }
    }

    #[test]
    fn a_sequential_server_that_is_asked_for_more_than_it_can_leaves_requests_waiting() {
        // 20 clients ask 400 times a second; waiting 20 ms each, one after the other, 50 a second can be answered.
        let load = measure(Server::Sequential, ms(20), 20).unwrap();
        assert!(load.unanswered > 0, "{load:?}");
        assert!(load.seconds.last().is_some_and(|&latest| latest > 0.1), "{load:?}");
    }

    #[test]
    fn requests_left_unanswered_took_longer_than_any() {
        let load =
            |unanswered| Load { clients: 8, seconds: vec![0.005, 0.2, 0.4], unanswered, per_second: 7.5 };
        assert_eq!([0, 1, 3, 4].map(|lost| load(lost).within(0.5)), [Some(0.2), Some(0.2), Some(0.4), None]);
        let figure = figure(ms(5), vec![load(61), load(0), load(1)]);
        let title = "With 8 clients a typical request takes 200 ms (a thread each), 200 ms (async); most requests have no answer \
                     (sequential)\n";
        assert!(figure.text().starts_with(title), "{figure}");
        assert!(figure.alt().contains("61 unanswered"), "{}", figure.alt());
    }

    #[test]
    fn mistakes_are_one_sentence() {
        let problem = |wait, clients: &[usize]| loads(wait, clients).unwrap_err().to_string();
        assert!(problem(ms(1), &[0]).starts_with("clients: 0"));
        assert!(problem(ms(1), &[]).starts_with("numbers of clients: 0"));
        assert!(problem(ms(2_000), &[1]).contains("from 0 to 1,000"));
    }
}
