//! The server: started on demand in a process of its own, found by its port, gone with the notebook.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::net::{TcpListener, TcpSocket};

use super::http;
use super::page::Page;
use crate::error::Error;
use crate::process::{self, Handle};

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(10);

static PORT: AtomicU16 = AtomicU16::new(0);

/// The server's port; 0 before [`ensure_running`].
pub(super) fn port() -> u16 {
    PORT.load(Ordering::Relaxed)
}

/// In a freshly spawned process: the port of the server that its parent started.
pub(super) fn adopt(port: u16) {
    PORT.store(port, Ordering::Relaxed);
}

/// Starts the server unless one answers.
pub(super) fn ensure_running() -> Result<(), Error> {
    static SERVER: Mutex<Option<Handle<()>>> = Mutex::new(None);
    let mut server = SERVER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    // Known without a handle: in a child, the server is its parent's.
    let known = port() != 0 && server.as_ref().is_none_or(|server| !server.is_finished());
    if known && TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port()).into(), PATIENCE).is_ok() {
        return Ok(());
    }
    if let Some(old) = server.take() {
        old.kill();
        let _ = old.join();
    }
    let (handle, port) = start()?;
    *server = Some(handle);
    PORT.store(port, Ordering::Relaxed);
    Ok(())
}

/// A new server and its port.
fn start() -> Result<(Handle<()>, u16), Error> {
    let no_port = |error: std::io::Error| {
        Error::unavailable(format!(
            "no port of 127.0.0.1 can be had for the download server ({error}); close what holds ports or files open"
        ))
    };
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
    let report = listener.local_addr().map_err(no_port)?.port();
    listener.set_nonblocking(true).map_err(no_port)?;
    let server = process::spawn_with(serve, report);
    let begun = Instant::now();
    // A server that died on the way must not be waited for.
    while begun.elapsed() < PATIENCE && !server.is_finished() {
        match listener.accept() {
            Ok((stream, _)) => {
                return told_port(stream)
                    .map(|port| (server, port))
                    .map_err(|error| not_up(&format!("its port was not told: {error}")));
            }
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
    }
    Err(match server.join_within(Duration::from_millis(100)) {
        Ok(()) => not_up("it ended at once"),
        Err(crash) => not_up(&crash.to_string()),
    })
}

fn told_port(mut stream: TcpStream) -> std::io::Result<u16> {
    let mut port = [0; 2];
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.read_exact(&mut port)?;
    Ok(u16::from_le_bytes(port))
}

fn not_up(why: &str) -> Error {
    Error::unavailable(format!("the download server did not come up ({why}); run the cell again"))
}

/// The server itself: tells its port to `report`, and serves until its process is ended.
fn serve(report: u16) {
    use_every_core();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    if let Err(error) = runtime.and_then(|runtime| runtime.block_on(listen_and_accept(report))) {
        panic!("{error}");
    }
}

/// It stands for a machine elsewhere: a reader who restricts the run to one core does not mean the server.
fn use_every_core() {
    use nix::sched::{CpuSet, sched_setaffinity};
    let mut every = CpuSet::new();
    for core in 0..CpuSet::count() {
        let _ = every.set(core);
    }
    // The system leaves out what this machine does not have. If it refuses, the server is merely slower.
    let _ = sched_setaffinity(nix::unistd::Pid::from_raw(0), &every);
}

async fn listen_and_accept(report: u16) -> std::io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    // Thousands of tasks may connect in the same moment; past the backlog each would wait a second to try again.
    let listener = socket.listen(8_192)?;
    let port = listener.local_addr()?.port();
    TcpStream::connect((Ipv4Addr::LOCALHOST, report))?.write_all(&port.to_le_bytes())?;
    accept(listener).await
}

async fn accept(listener: TcpListener) -> std::io::Result<()> {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                // A client that went away is its own affair.
                tokio::spawn(async move { drop(answer(stream).await) });
            }
            // Out of descriptors: some come free as connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

/// Reads one request, waits as long as it asks for, answers and closes.
async fn answer(mut stream: tokio::net::TcpStream) -> std::io::Result<()> {
    let mut received = Vec::with_capacity(512);
    let asked = loop {
        if stream.read_buf(&mut received).await? == 0 || received.len() > http::HEAD {
            return Ok(());
        }
        if let Some(path) = http::path_asked_for(&received)? {
            break Page::from_path(path);
        }
    };
    let nothing = Page { size: 0, latency: Duration::ZERO, index: 0 };
    let (status, page) = asked.map_or(("404 Not Found", nothing), |page| ("200 OK", page));
    if !page.latency.is_zero() {
        tokio::time::sleep(page.latency).await;
    }
    let mut writer = BufWriter::new(stream);
    writer.write_all(http::response_head(status, page.size).as_bytes()).await?;
    for part in page.parts() {
        writer.write_all(part).await?;
    }
    writer.shutdown().await
}
