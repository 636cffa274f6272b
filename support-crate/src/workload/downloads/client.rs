//! The two clients. Both open a connection, ask once, read the whole body and close.

use std::net::Ipv4Addr;
use std::sync::OnceLock;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, HOST};
use hyper_util::rt::TokioIo;

use super::page::Page;
use super::server;
use crate::error::Error;
use crate::units::KIB;
use crate::workload::descriptors;

/// How much longer than its latency an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most that either client asks the system for at a time.
const READ: usize = 64 * KIB;

pub(super) fn blocking(page: Page) -> Result<Vec<u8>, Error> {
    // No connection is kept: one that was, would be shared with the children of a fork.
    static AGENT: OnceLock<ureq::Agent> = OnceLock::new();
    let agent = AGENT.get_or_init(|| {
        let config = ureq::Agent::config_builder().proxy(None).max_idle_connections(0);
        config.input_buffer_size(READ).output_buffer_size(4 * KIB).build().into()
    });
    let port = server::port();
    let failed = |error: ureq::Error| unanswered(port, &error);
    let mut response = agent
        .get(format!("http://{}:{port}{}", Ipv4Addr::LOCALHOST, page.path()))
        .header("connection", "close")
        .config()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(page.latency + PATIENCE))
        .build()
        .call()
        .map_err(failed)?;
    // One byte more than expected, so that a body too long is seen as such.
    response.body_mut().with_config().limit(page.size as u64 + 1).read_to_vec().map_err(failed)
}

pub(super) async fn asynchronous(page: Page) -> Result<Vec<u8>, Error> {
    let port = server::port();
    let over = |_| unanswered(port, &"it took too long");
    match tokio::time::timeout(page.latency + PATIENCE, fetch(port, page)).await.map_err(over)? {
        Ok(body) => Ok(body),
        Err(error) => Err(unanswered(port, &error)),
    }
}

type Trouble = Box<dyn std::error::Error + Send + Sync>;

async fn fetch(port: u16, page: Page) -> Result<Vec<u8>, Trouble> {
    let stream = tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let mut http = hyper::client::conn::http1::Builder::new();
    // Thousands of connections may be open at once: none takes more than its page needs.
    http.read_buf_exact_size(Some((page.size + KIB).clamp(8 * KIB, READ)));
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await?;
    let request = Request::get(page.path())
        .header(HOST, format!("{}:{port}", Ipv4Addr::LOCALHOST))
        .header(CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    let exchange = async move {
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(Trouble::from(format!("it said {}", response.status())));
        }
        let mut incoming = response.into_body();
        let mut body = Vec::with_capacity(page.size);
        while let Some(frame) = incoming.frame().await {
            if let Ok(part) = frame?.into_data() {
                body.extend_from_slice(&part);
            }
        }
        Ok(body)
    };
    // The connection is driven by this same task, so that one download is one task.
    let (connection, body) = tokio::join!(connection, exchange);
    let body = body?;
    connection?;
    Ok(body)
}

fn unanswered(port: u16, why: &dyn std::fmt::Display) -> Error {
    let advice = descriptors::advice(why);
    Error::failed(format!("the download server on port {port} of 127.0.0.1 did not answer ({why}); {advice}"))
}
