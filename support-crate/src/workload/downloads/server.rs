//! The server: started on demand in a process of its own, found by its port, gone with the notebook.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use super::page::{Page, Stream};
use crate::error::Error;

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
    // The stream's other end is the server's: while it is open, both sides live.
    static LIFELINE: Mutex<Option<TcpStream>> = Mutex::new(None);
    let mut lifeline = LIFELINE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let answers = || TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port()).into(), PATIENCE).is_ok();
    if lifeline.is_none() || !answers() {
        *lifeline = None;
        let (stream, port) = start()?;
        *lifeline = Some(stream);
        PORT.store(port, Ordering::Relaxed);
    }
    Ok(())
}

/// A new server's lifeline and port.
fn start() -> Result<(TcpStream, u16), Error> {
    let no_port = |error: std::io::Error| {
        Error::unavailable(format!(
            "no port of 127.0.0.1 can be had for the download server ({error}); close what holds ports or files open"
        ))
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
    let report = listener.local_addr().map_err(no_port)?.port();
    std::thread::spawn(move || serve(report));
    // Listens without blocking: a server that died on the way must not be waited for.
    listener.set_nonblocking(true).map_err(no_port)?;
    let begun = Instant::now();
    let mut stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(_) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_micros(500)),
            Err(error) => return Err(gone(&error)),
        }
    };
    let mut port = [0; 2];
    stream
        .set_nonblocking(false)
        .and_then(|()| stream.set_read_timeout(Some(PATIENCE)))
        .and_then(|()| stream.read_exact(&mut port))
        .map_err(|error| gone(&error))?;
    Ok((stream, u16::from_le_bytes(port)))
}

fn gone(error: &std::io::Error) -> Error {
    Error::unavailable(format!("the download server did not come up ({error}); run the cell again"))
}

/// The server itself: tells its port to `report` and serves until that connection closes.
fn serve(report: u16) {
    // Without its parent it has nobody to tell what went wrong; the parent sees the lifeline close.
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
        let _ = runtime.block_on(serve_while_wanted(report));
    }
}

async fn serve_while_wanted(report: u16) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut lifeline = TcpStream::connect((Ipv4Addr::LOCALHOST, report))?;
    lifeline.write_all(&listener.local_addr()?.port().to_le_bytes())?;
    lifeline.set_nonblocking(true)?;
    let lifeline = tokio::net::TcpStream::from_std(lifeline)?;
    tokio::select! {
        () = accept(listener) => {}
        _ = lifeline.readable() => {}
    }
    Ok(())
}

async fn accept(listener: tokio::net::TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                tokio::spawn(async move {
                    let http = hyper::server::conn::http1::Builder::new();
                    // A client that went away is its own affair.
                    let _ = http.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
                });
            }
            // Out of descriptors: some come free as connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

async fn answer(request: Request<hyper::body::Incoming>) -> Result<Response<Stream>, hyper::http::Error> {
    let Some(page) = Page::from_path(request.uri().path()) else {
        let nothing = Page { size: 0, latency: Duration::ZERO, index: 0 };
        return Response::builder().status(StatusCode::NOT_FOUND).body(nothing.stream());
    };
    if !page.latency.is_zero() {
        tokio::time::sleep(page.latency).await;
    }
    Response::builder().body(page.stream())
}
