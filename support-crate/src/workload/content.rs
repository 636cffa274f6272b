//! What is read or downloaded: noise, of which length and checksum are told.

use serde::{Deserialize, Serialize};

/// The content of one file or page, as its length and a checksum of every byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Content {
    /// Length in bytes.
    pub bytes: u64,
    /// FNV-1a over little-endian words of eight bytes, the last one padded with zeros.
    ///
    /// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>, with words in place of bytes.
    pub checksum: u64,
}

impl Content {
    /// That of these bytes, every one of which is read.
    pub fn of(bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(last);
        let add = |sum: u64, word: &[u8; 8]| (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x0100_0000_01B3);
        let checksum = words.iter().chain(&last).fold(0xCBF2_9CE4_8422_2325, add);
        Self { bytes: bytes.len() as u64, checksum }
    }
}

/// So many bytes, the same for the same seed.
pub(super) fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    fastrand::Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_and_the_length_count() {
        let whole = Content::of(b"some bytes, not a multiple of eight");
        assert_ne!(whole, Content::of(b"some bytes, not a multiple of eighT"));
        assert_ne!(Content::of(&[0; 9]), Content::of(&[0; 10]));
        assert_eq!(Content::of(&[]).bytes, 0);
    }
}
