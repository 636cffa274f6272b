//! The server: started on demand in a process of its own, found by its port, gone with the notebook.

use std::net::{Ipv4Addr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};
use tokio::net::{TcpListener, TcpSocket};

use super::page::Page;
use crate::error::Error;
use crate::process::Workers;
use crate::trace;
use crate::units::KIB;

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a request after which it is no longer listened to.
const LONGEST: usize = 8 * KIB;

static PORT: AtomicU16 = AtomicU16::new(0);

/// The server's port; 0 before [`ensure_running`].
pub(in crate::workload) fn port() -> u16 {
    PORT.load(Ordering::Relaxed)
}

/// In a freshly spawned process: the port of the server that its parent started.
pub(in crate::workload) fn adopt(port: u16) {
    PORT.store(port, Ordering::Relaxed);
}

/// Starts the server unless one answers.
pub(super) fn ensure_running() -> Result<(), Error> {
    // Its process ends when this does.
    static SERVER: Mutex<Option<Workers<u16>>> = Mutex::new(None);
    let mut server = SERVER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if port() != 0 && TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port()).into(), PATIENCE).is_ok() {
        return Ok(());
    }
    let mut process = Workers::spawn(1, |()| serve, ())?;
    let told = process.run_while(1, Some(Instant::now() + PATIENCE), Result::is_ok).remove(0);
    let port = told.map_err(|crash| {
        Error::unavailable(format!("the download server did not come up ({crash}); run the cell again"))
    })?;
    PORT.store(port, Ordering::Relaxed);
    *server = Some(process);
    Ok(())
}

/// What its process does: it serves on a thread of its own until it is ended, and tells its port.
fn serve(_: usize) -> u16 {
    // It is no part of a film that may be going on.
    trace::follow(0);
    use_every_core();
    start().unwrap_or_else(|error| panic!("no port of 127.0.0.1 can be had: {error}"))
}

fn start() -> std::io::Result<u16> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = runtime.block_on(listen())?;
    let port = listener.local_addr()?.port();
    std::thread::Builder::new().spawn(move || runtime.block_on(accept(listener)))?;
    Ok(port)
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

async fn listen() -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    // Thousands of tasks may connect in the same moment; past the backlog each would wait a second to try again.
    socket.listen(8_192)
}

async fn accept(listener: TcpListener) {
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
        if stream.read_buf(&mut received).await? == 0 || received.len() > LONGEST {
            return Ok(());
        }
        if let Some(path) = path_asked_for(&received) {
            break Page::from_path(path);
        }
    };
    let nothing = Page { size: 0, latency: Duration::ZERO, index: 0 };
    let (status, page) = asked.map_or(("404 Not Found", nothing), |page| ("200 OK", page));
    if !page.latency.is_zero() {
        tokio::time::sleep(page.latency).await;
    }
    let mut writer = BufWriter::new(stream);
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", page.size);
    writer.write_all(head.as_bytes()).await?;
    for part in page.parts() {
        writer.write_all(part).await?;
    }
    writer.shutdown().await
}

/// What a request asks for, once all of it is here.
fn path_asked_for(received: &[u8]) -> Option<&str> {
    std::str::from_utf8(received).ok()?.strip_suffix("\r\n\r\n")?.split(' ').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::downloader::request;

    #[test]
    fn a_request_leads_back_to_its_path() {
        let (_, request) = request("http://127.0.0.1:80/1/2/3").unwrap();
        assert_eq!(path_asked_for(request.as_bytes()), Some("/1/2/3"));
        for wrong in [&request.as_bytes()[..20], b"\0\0", b"\r\n\r\n", b"\xff\r\n\r\n"] {
            assert_eq!(path_asked_for(wrong), None);
        }
    }
}
