//! The two clients: both open a connection, ask once, read the whole answer and close, in the same steps.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::http::{self, Response};
use super::page::Page;
use super::server;
use crate::error::Error;
use crate::workload::descriptors;

/// How much longer than its latency an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn blocking(page: Page) -> Result<Response, Error> {
    let port = server::port();
    let fetch = || -> io::Result<Response> {
        let mut stream = TcpStream::connect(address(port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(page.latency + PATIENCE))?;
        stream.write_all(http::request(&page.path(), port).as_bytes())?;
        let mut response = Response::expecting(page.size);
        loop {
            let count = stream.read(response.space())?;
            if response.came(count)? {
                return Ok(response);
            }
        }
    };
    fetch().map_err(|error| unanswered(port, &error))
}

pub(super) async fn asynchronous(page: Page) -> Result<Response, Error> {
    let port = server::port();
    let fetch = async {
        let mut stream = tokio::net::TcpStream::connect(address(port)).await?;
        stream.set_nodelay(true)?;
        stream.write_all(http::request(&page.path(), port).as_bytes()).await?;
        let mut response = Response::expecting(page.size);
        loop {
            let count = stream.read(response.space()).await?;
            if response.came(count)? {
                return io::Result::Ok(response);
            }
        }
    };
    let fetched = tokio::time::timeout(page.latency + PATIENCE, fetch).await;
    fetched.unwrap_or_else(|over| Err(over.into())).map_err(|error| unanswered(port, &error))
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn unanswered(port: u16, why: &io::Error) -> Error {
    let advice = descriptors::advice(why);
    Error::failed(format!("the download server on port {port} of 127.0.0.1 did not answer ({why}); {advice}"))
}
