//! The two clients: both open a connection, ask once, read the whole answer and close, in the same steps.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::page::Page;
use super::server;
use crate::error::Error;
use crate::units::KIB;
use crate::workload::content::Content;
use crate::workload::{descriptors, downloader};

/// How much longer than its latency an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a page is.
pub(super) fn url(page: Page) -> String {
    format!("http://127.0.0.1:{}{}", server::port(), page.path())
}

/// The whole response to a request for `page`; so [`asynchronous`].
pub(super) fn blocking(page: Page) -> Result<Vec<u8>, Error> {
    let url = url(page);
    let fetch = || {
        let (host, request) = downloader::request(&url)?;
        let mut stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(page.latency + PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut response = Vec::with_capacity(KIB + page.size);
        stream.read_to_end(&mut response)?;
        Ok(response)
    };
    fetch().map_err(unanswered)
}

pub(super) async fn asynchronous(page: Page) -> Result<Vec<u8>, Error> {
    let url = url(page);
    let fetch = async {
        let (host, request) = downloader::request(&url)?;
        let mut stream = tokio::net::TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        stream.write_all(request.as_bytes()).await?;
        let mut response = Vec::with_capacity(KIB + page.size);
        stream.read_to_end(&mut response).await?;
        Ok(response)
    };
    let fetched = tokio::time::timeout(page.latency + PATIENCE, fetch).await;
    fetched.unwrap_or_else(|over| Err(over.into())).map_err(unanswered)
}

/// What the page in a response holds.
pub(super) fn content(response: &[u8]) -> Result<Content, Error> {
    downloader::page(response).map(Content::of).map_err(unanswered)
}

fn unanswered(why: io::Error) -> Error {
    let (port, advice) = (server::port(), descriptors::advice(&why));
    Error::failed(format!("the download server on port {port} of 127.0.0.1 did not answer ({why}); {advice}"))
}
