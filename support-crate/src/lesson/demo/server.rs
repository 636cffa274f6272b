//! A server under load: how long requests take, counted from when they were meant to start, as clients grow.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::chart::{self, Caption, Figure, LatencyLine};
use crate::error::Error;
use crate::format;
use crate::lesson::threads::block_on;
use crate::machine::machine;
use crate::measure::median;
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
    /// The server's name and look, how long its requests took, in rising order, and how many had no answer.
    pub(crate) line: LatencyLine,
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
/// assert!(server_load(ms(2), [2]).text().contains("2 clients ask a server that waits 2.00 ms"));
/// ```
pub fn server_load(wait: Duration, clients: impl IntoIterator<Item = usize>) -> Figure {
    let clients: Vec<usize> = clients.into_iter().collect();
    loads(wait, &clients).map_or_else(Figure::problem, |loads| figure(wait, loads))
}

/// Each server with each number of clients.
///
/// # Errors
/// A number that is not allowed, or no port to be had.
pub(crate) fn loads(wait: Duration, clients: &[usize]) -> Result<Vec<Load>, Error> {
    check::number("numbers of clients", clients.len(), 1..=8)?;
    clients.iter().try_for_each(|&clients| check::number("clients", clients, 1..=500))?;
    check::number("milliseconds of waiting", wait.as_millis() as usize, 0..=1_000)?;
    let each = SERVERS.into_iter().flat_map(|server| clients.iter().map(move |&clients| (server, clients)));
    each.map(|(server, clients)| {
        measure(server, wait, clients)
            .map_err(|error| Error::unavailable(format!("no port could be had: {error}")))
    })
    .collect()
}

/// Loads in words, and the latencies with the most clients as a picture.
fn figure(wait: Duration, loads: Vec<Load>) -> Figure {
    let told = loads.iter().map(|Load { clients, line, per_second }| {
        let (clients, left) = (format::plural(*clients as u64, "client"), format::count(line.unanswered));
        let answered = format::count(per_second.round() as u64);
        let told = median(&line.seconds).map(format::duration).map(|typical| {
            format!("{answered} requests a second answered, {left} left unanswered; a request typically took {typical}")
        });
        let told = told.unwrap_or_else(|| "no request was answered".to_owned());
        format!("{}, {clients}: {told}.", line.name)
    });
    let words = told.collect::<Vec<_>>().join("\n");
    let most = loads.iter().map(|load| load.clients).max().unwrap_or(0);
    let lines = loads.into_iter().filter(|load| load.clients == most).map(|load| load.line).collect();
    let (clients, wait) = (format::plural(most as u64, "client"), format::duration(wait.as_secs_f64()));
    let title = format!("{clients} ask a server that waits {wait} for each request");
    let caption = Caption::new(title, machine().in_short())
        .with_note("counted from the moment a request was meant to be sent (open loop)");
    Figure::new(chart::latencies(caption, "request", lines)).with_prose(words)
}

/// One server, in a process of its own, under the load of `clients`.
fn measure((server, name, model): (Server, &str, Model), wait: Duration, clients: usize) -> io::Result<Load> {
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
    let unanswered = (clients * EACH - seconds.len()) as u64;
    let line = LatencyLine { look: Some(model.look()), name: name.into(), seconds, unanswered };
    Ok(Load { clients, line, per_second: within as f64 / SPAN.as_secs_f64() })
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
        for Load { clients, line, .. } in loads(ms(5), &[1, 4]).unwrap() {
            assert_eq!(line.seconds.len() + line.unanswered as usize, clients * 8);
            assert!(line.seconds.first().is_some_and(|&least| least >= 0.005), "{line:?}");
            assert!(line.seconds.is_sorted());
        }
    }

    #[test]
    fn a_sequential_server_that_is_asked_for_more_than_it_can_leaves_requests_waiting() {
        // 20 clients ask 400 times a second; waiting 20 ms each, one after the other, 50 a second can be answered.
        let load = measure(SERVERS[0], ms(20), 20).unwrap();
        assert!(load.line.unanswered > 0, "{load:?}");
        assert!(load.line.seconds.last().is_some_and(|&latest| latest > 0.1), "{load:?}");
    }

    #[test]
    fn requests_left_unanswered_are_told() {
        let line = LatencyLine {
            look: None,
            name: "sequential".into(),
            seconds: vec![0.005, 0.2, 0.4],
            unanswered: 61,
        };
        let text = figure(ms(5), vec![Load { clients: 8, line, per_second: 7.5 }]).text();
        assert!(text.contains("8 requests a second answered, 61 left unanswered"), "{text}");
        assert!(text.contains("8 clients ask a server"), "{text}");
    }

    #[test]
    fn mistakes_are_one_sentence() {
        let problem = |wait, clients: &[usize]| loads(wait, clients).unwrap_err().to_string();
        assert!(problem(ms(1), &[0]).starts_with("clients: 0"));
        assert!(problem(ms(1), &[]).starts_with("numbers of clients: 0"));
        assert!(problem(ms(2_000), &[1]).contains("from 0 to 1,000"));
    }
}
