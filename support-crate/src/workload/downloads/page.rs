//! A page: what is asked of the server, as a path, and its body.

use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};

use crate::random::Rng;
use crate::units::KIB;

/// What a path asks for: so many bytes, after so long; pages of different numbers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) size: usize,
    pub(super) latency: Duration,
    pub(super) index: usize,
}

impl Page {
    pub(super) fn path(self) -> String {
        format!("/{}/{}/{}", self.size, self.latency.as_micros(), self.index)
    }

    /// The page that a path asks for; `None` if it is not one of [`Page::path`].
    pub(super) fn from_path(path: &str) -> Option<Self> {
        let mut numbers = path.strip_prefix('/')?.split('/').map(str::parse::<u64>);
        let mut number = || numbers.next()?.ok();
        let page = Self {
            size: number()? as usize,
            latency: Duration::from_micros(number()?),
            index: number()? as usize,
        };
        numbers.next().is_none().then_some(page)
    }

    pub(super) fn stream(self) -> Stream {
        let block = block();
        Stream { start: self.index.wrapping_mul(7_919) % block.len(), left: self.size }
    }

    #[cfg(test)]
    pub(super) fn body(self) -> Vec<u8> {
        let mut stream = self.stream();
        std::iter::from_fn(|| stream.next()).flatten().collect()
    }
}

/// A page's body: one block of noise over and over, from a place that depends on the page; nothing is copied.
pub(super) struct Stream {
    start: usize,
    left: usize,
}

fn block() -> &'static Bytes {
    static BLOCK: OnceLock<Bytes> = OnceLock::new();
    BLOCK.get_or_init(|| Rng::new(0, 0).bytes(64 * KIB).into())
}

impl Stream {
    fn next(&mut self) -> Option<Bytes> {
        if self.left == 0 {
            return None;
        }
        let block = block();
        let end = block.len().min(self.start + self.left);
        let part = block.slice(self.start..end);
        self.left -= part.len();
        self.start = end % block.len();
        Some(part)
    }
}

impl Body for Stream {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.next().map(|part| Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_back_to_its_page() {
        let page = Page { size: 70_000, latency: Duration::from_millis(25), index: 12 };
        assert_eq!(Page::from_path(&page.path()), Some(page));
        for wrong in ["", "/", "/1/2", "/1/2/3/4", "/1/2/x", "1/2/3", "/-1/2/3"] {
            assert_eq!(Page::from_path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn pages_are_as_long_as_asked_for_and_differ() {
        let page = |size, index| Page { size, latency: Duration::ZERO, index }.body();
        for size in [1, 65_535, 65_536, 65_537, 200_000] {
            assert_eq!(page(size, 3).len(), size);
        }
        assert_ne!(page(100, 0), page(100, 1));
    }
}
