//! A server under load: how long requests take, counted from when they were meant to start, as clients grow.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::lesson::threads::block_on;
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
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// What the server is called, and the model whose colour it is drawn in.
    pub server: (&'static str, Model),
    /// Clients; each means to send a request every 50 ms, for 400 ms.
    pub clients: usize,
    /// Requests that were sent.
    pub sent: usize,
    /// Seconds from the intended start to the answer, of every request that was answered.
    pub latencies: Vec<f64>,
    /// Requests answered within the span, for each second of it.
    pub per_second: f64,
    /// Why there is no measurement, if so.
    pub failed: Option<String>,
}

/// Servers under growing load; see [`server_load`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerLoad {
    /// How long a request waits inside the server, in seconds.
    pub wait: f64,
    /// Each server with each number of clients.
    pub loads: Vec<Load>,
    pub(in crate::lesson) problem: Option<String>,
}

const PERIOD: Duration = ms(50);
const SPAN: Duration = ms(400);
/// How long answers are waited for after the last request was sent.
const GRACE: Duration = ms(600);

/// Puts three servers under the load of so many clients, one number after the other. A request waits for `wait` inside
/// the server, as for a database. Every client means to send one every 50 ms, answered or not, and a request's time
/// counts from that moment: a server that falls behind cannot hide it by slowing its clients down.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let load = server_load(ms(2), [2]);
/// assert!(load.loads.iter().all(|load| !load.latencies.is_empty()));
/// ```
pub fn server_load(wait: Duration, clients: impl IntoIterator<Item = usize>) -> ServerLoad {
    let clients: Vec<usize> = clients.into_iter().collect();
    let checked = check::number("numbers of clients", clients.len(), 1..=8)
        .and_then(|()| clients.iter().try_for_each(|&clients| check::number("clients", clients, 1..=500)))
        .and_then(|()| check::number("milliseconds of waiting", wait.as_millis() as usize, 0..=1_000));
    if let Err(problem) = checked {
        return ServerLoad { problem: Some(problem.to_string()), ..ServerLoad::default() };
    }
    let each = SERVERS.into_iter().flat_map(|server| clients.iter().map(move |clients| (server, *clients)));
    let loads = each.map(|(server, clients)| measure(server, wait, clients)).collect();
    ServerLoad { wait: wait.as_secs_f64(), loads, problem: None }
}

/// One server, in a process of its own, under the load of `clients`.
fn measure((server, name, model): (Server, &'static str, Model), wait: Duration, clients: usize) -> Load {
    let answers = || -> io::Result<_> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        // A server that cannot serve shows as requests that nobody answers.
        let serving = process::fork(|| drop(serve(server, &listener, wait)));
        drop(listener);
        // A thread of its own: the cell may already be inside a runtime.
        let loaded = thread::spawn(move || load(address, clients)).join();
        serving.kill();
        let _ = serving.join();
        Ok(loaded.unwrap_or_default())
    };
    let (answers, failed) = match answers() {
        Ok(answers) => (answers, None),
        Err(error) => (Vec::new(), Some(format!("no port could be had: {error}"))),
    };
    let within = answers.iter().flatten().filter(|answer| answer.1 <= SPAN.as_secs_f64()).count();
    let mut latencies: Vec<f64> = answers.iter().flatten().map(|answer| answer.0).collect();
    latencies.sort_unstable_by(f64::total_cmp);
    let per_second = within as f64 / SPAN.as_secs_f64();
    Load { server: (name, model), clients, sent: answers.len(), latencies, per_second, failed }
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

/// Sends every client's requests at their times: one entry each, with its answer if that came in time.
fn load(address: SocketAddr, clients: usize) -> Vec<Option<Answer>> {
    block_on(async move {
        let start = Instant::now() + ms(5);
        let each = (SPAN.as_nanos() / PERIOD.as_nanos()) as usize;
        // Clients are spread over the period, as strangers would be.
        let offset = |number: usize| PERIOD.mul_f64(number as f64 / clients as f64);
        let send = |number| tokio::spawn(request(address, start, start + offset(number)));
        let requests: Vec<_> = (0..clients * each).map(send).collect();
        let end = tokio::time::Instant::from_std(start + SPAN + GRACE);
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let ended = tokio::time::timeout_at(end, request).await;
            answers.push(ended.ok().and_then(Result::ok).flatten());
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
        let loads = server_load(ms(5), [1, 4]);
        for load in &loads.loads {
            assert_eq!(load.failed, None);
            assert_eq!(load.sent, load.clients * 8);
            assert!(load.latencies.first().is_some_and(|&least| least >= 0.005), "{load:?}");
            assert!(load.latencies.is_sorted());
        }
    }

    #[test]
    fn a_sequential_server_that_is_asked_for_more_than_it_can_leaves_requests_waiting() {
        // 20 clients ask 400 times a second; waiting 20 ms each, one after the other, 50 a second can be answered.
        let load = &server_load(ms(20), [20]).loads[0];
        assert!(load.latencies.len() < load.sent, "{load:?}");
        assert!(load.latencies.last().is_some_and(|&latest| latest > 0.1), "{load:?}");
    }

    #[test]
    fn mistakes_are_one_sentence() {
        assert!(server_load(ms(1), [0]).problem.unwrap().starts_with("clients: 0"));
        assert!(server_load(ms(1), []).problem.unwrap().starts_with("numbers of clients: 0"));
        assert!(server_load(ms(2_000), [1]).problem.unwrap().contains("from 0 to 1,000"));
    }
}
