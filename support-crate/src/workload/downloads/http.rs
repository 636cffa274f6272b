//! The part of HTTP/1.1 that a download needs, as bytes in and bytes out: the blocking client, the async client and
//! the server speak it by the same code and differ only in how they read and write.

use std::io;
use std::net::Ipv4Addr;
use std::ops::Range;

use crate::units::KIB;

/// The longest head of a request or a response; ours take a hundred bytes or so.
pub(super) const HEAD: usize = 8 * KIB;
/// The most header fields in one.
const FIELDS: usize = 32;

/// What asks for a path. The server closes the connection after its answer: one that was kept would be shared with
/// the children of a fork.
pub(super) fn request(path: &str, port: u16) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: {}:{port}\r\nconnection: close\r\n\r\n", Ipv4Addr::LOCALHOST)
}

/// The path that a request asks for; `None` while its head is not whole.
pub(super) fn path_asked_for(received: &[u8]) -> io::Result<Option<&str>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let whole = request.parse(received).map_err(io::Error::other)?.is_complete();
    Ok(request.path.filter(|_| whole))
}

/// What goes before a body of so many bytes.
pub(super) fn response_head(status: &str, length: usize) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")
}

/// A response on its way in.
pub(super) struct Response {
    received: Vec<u8>,
    filled: usize,
    /// Where the body is, once the head is whole.
    body: Option<Range<usize>>,
}

impl Response {
    /// Room for a head and a body of so many bytes.
    pub(super) fn expecting(length: usize) -> Self {
        Self { received: vec![0; KIB + length], filled: 0, body: None }
    }

    /// Where the next bytes go.
    pub(super) fn space(&mut self) -> &mut [u8] {
        &mut self.received[self.filled..]
    }

    /// Notes that so many bytes came; whether that was the last of the body.
    pub(super) fn came(&mut self, count: usize) -> io::Result<bool> {
        if count == 0 {
            return Err(io::Error::other("the connection ended before the answer did"));
        }
        self.filled += count;
        if self.body.is_none() {
            self.body = body_of(&self.received[..self.filled])?;
            if let Some(body) = &self.body {
                self.received.resize(body.end.max(self.filled), 0);
            }
        }
        Ok(self.body.as_ref().is_some_and(|body| body.end <= self.filled))
    }

    /// The body, as far as it came.
    pub(super) fn body(&self) -> &[u8] {
        self.body.clone().map_or(&[], |body| &self.received[body])
    }
}

/// Where the body is in what was received; `None` while the head is not whole.
fn body_of(received: &[u8]) -> io::Result<Option<Range<usize>>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(start) = response.parse(received).map_err(io::Error::other)? else {
        return Ok(None);
    };
    if response.code != Some(200) {
        return Err(io::Error::other(format!("it said {}", response.code.unwrap_or(0))));
    }
    let field = response.headers.iter().find(|field| field.name.eq_ignore_ascii_case("content-length"));
    let length = field.and_then(|field| std::str::from_utf8(field.value).ok()?.parse::<usize>().ok());
    let length = length.ok_or_else(|| io::Error::other("it did not say how long its answer is"))?;
    Ok(Some(start..start.saturating_add(length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds an answer in pieces of so many bytes.
    fn received(bytes: &[u8], piece: usize, expected: usize) -> io::Result<Vec<u8>> {
        let mut response = Response::expecting(expected);
        for part in bytes.chunks(piece) {
            response.space()[..part.len()].copy_from_slice(part);
            if response.came(part.len())? {
                return Ok(response.body().to_vec());
            }
        }
        response.came(0).map(|_| Vec::new())
    }

    #[test]
    fn a_response_is_read_whatever_the_pieces_it_comes_in() {
        let answer = response_head("200 OK", 5) + "hello";
        for piece in [1, 3, 50, 500] {
            assert_eq!(received(answer.as_bytes(), piece, 5).unwrap(), b"hello");
        }
    }

    #[test]
    fn what_is_wrong_with_a_response_is_said() {
        let said = |answer: String| received(answer.as_bytes(), 500, 5).unwrap_err().to_string();
        assert_eq!(said(response_head("404 Not Found", 0)), "it said 404");
        assert_eq!(said(response_head("200 OK", 5) + "hell"), "the connection ended before the answer did");
        assert_eq!(said("HTTP/1.1 200 OK\r\n\r\n".into()), "it did not say how long its answer is");
    }

    #[test]
    fn a_request_leads_back_to_its_path() {
        let request = request("/1/2/3", 80);
        assert_eq!(path_asked_for(request.as_bytes()).unwrap(), Some("/1/2/3"));
        assert_eq!(path_asked_for(&request.as_bytes()[..20]).unwrap(), None);
        assert!(path_asked_for(b"\0\0").is_err());
    }
}
