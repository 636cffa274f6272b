//! The two clients: both open a connection, ask once, read the whole answer and close, in the same steps.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::http;
use super::page::Page;
use super::server;
use crate::error::Error;
use crate::units::KIB;
use crate::workload::descriptors;

/// How much longer than its latency an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole response to a request for `page`; so [`asynchronous`].
pub(super) fn blocking(page: Page) -> Result<Vec<u8>, Error> {
    let port = server::port();
    let fetch = || {
        let mut stream = TcpStream::connect(address(port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(page.latency + PATIENCE))?;
        stream.write_all(http::request(&page.path(), port).as_bytes())?;
        let mut response = Vec::with_capacity(KIB + page.size);
        stream.read_to_end(&mut response)?;
        Ok(response)
    };
    fetch().map_err(|error| unanswered(&error))
}

pub(super) async fn asynchronous(page: Page) -> Result<Vec<u8>, Error> {
    let port = server::port();
    let fetch = async {
        let mut stream = tokio::net::TcpStream::connect(address(port)).await?;
        stream.set_nodelay(true)?;
        stream.write_all(http::request(&page.path(), port).as_bytes()).await?;
        let mut response = Vec::with_capacity(KIB + page.size);
        stream.read_to_end(&mut response).await?;
        Ok(response)
    };
    let fetched = tokio::time::timeout(page.latency + PATIENCE, fetch).await;
    fetched.unwrap_or_else(|over| Err(over.into())).map_err(|error| unanswered(&error))
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

pub(super) fn unanswered(why: &io::Error) -> Error {
    let (port, advice) = (server::port(), descriptors::advice(why));
    Error::failed(format!("the download server on port {port} of 127.0.0.1 did not answer ({why}); {advice}"))
}
