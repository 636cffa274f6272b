//! A page: what is asked of the server, as a path, and its body.

use std::sync::LazyLock;
use std::time::Duration;

use crate::units::KIB;
use crate::workload::content::noise;

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
        let numbers: Result<Vec<u64>, _> = path.strip_prefix('/')?.split('/').map(str::parse).collect();
        let [size, latency, index] = numbers.ok()?[..] else { return None };
        Some(Self { size: size as usize, latency: Duration::from_micros(latency), index: index as usize })
    }

    /// Its body in parts: one block of noise over and over, from a place that depends on the page; nothing is copied.
    pub(super) fn parts(self) -> impl Iterator<Item = &'static [u8]> {
        let block = &*BLOCK;
        let (mut start, mut left) = (self.index.wrapping_mul(7_919) % block.len(), self.size);
        std::iter::from_fn(move || {
            let part = &block[start..block.len().min(start + left)];
            left -= part.len();
            start = (start + part.len()) % block.len();
            Some(part).filter(|part| !part.is_empty())
        })
    }
}

static BLOCK: LazyLock<Vec<u8>> = LazyLock::new(|| noise(0, 64 * KIB));

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
        let page =
            |size, index| Page { size, latency: Duration::ZERO, index }.parts().collect::<Vec<_>>().concat();
        for size in [1, 65_535, 65_536, 65_537, 200_000] {
            assert_eq!(page(size, 3).len(), size);
        }
        assert_ne!(page(100, 0), page(100, 1));
    }
}
