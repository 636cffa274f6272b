//! The part of HTTP/1.1 that a download needs, as bytes in and bytes out: the blocking client, the async client and
//! the server speak it by the same code and differ only in how they read and write.

use std::io;
use std::net::Ipv4Addr;

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

/// The body of a response: all that follows its head. Whether it is whole its size tells.
pub(super) fn body(response: &[u8]) -> io::Result<&[u8]> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    match head.parse(response).map_err(io::Error::other)? {
        httparse::Status::Complete(start) if head.code == Some(200) => Ok(&response[start..]),
        httparse::Status::Complete(_) => Err(io::Error::other(format!("it said {}", head.code.unwrap_or(0)))),
        httparse::Status::Partial => Err(io::Error::other("the connection ended before the answer did")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_response_is_what_follows_its_head() {
        let answer = response_head("200 OK", 5) + "hello";
        assert_eq!(body(answer.as_bytes()).unwrap(), b"hello");
    }

    #[test]
    fn what_is_wrong_with_a_response_is_said() {
        let said = |answer: String| body(answer.as_bytes()).unwrap_err().to_string();
        assert_eq!(said(response_head("404 Not Found", 0)), "it said 404");
        assert_eq!(said("HTTP/1.1 200 OK\r\n".into()), "the connection ended before the answer did");
    }

    #[test]
    fn a_request_leads_back_to_its_path() {
        let request = request("/1/2/3", 80);
        assert_eq!(path_asked_for(request.as_bytes()).unwrap(), Some("/1/2/3"));
        assert_eq!(path_asked_for(&request.as_bytes()[..20]).unwrap(), None);
        assert!(path_asked_for(b"\0\0").is_err());
    }
}
