//! Seeded noise: the bytes of files, pages and tables, the same on every machine.

/// Marsaglia's xorshift64*: three shifts and a multiplication a number, good enough to fill files with.
///
/// Source: S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016.
pub(crate) struct Noise(u64);

impl Noise {
    /// A stream of its own for every `seed`.
    pub(crate) fn new(seed: usize) -> Self {
        // The state must not be 0, and neighbouring seeds must not begin alike.
        Self((seed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// `size` bytes.
    pub(crate) fn bytes(&mut self, size: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(size + 8);
        while bytes.len() < size {
            bytes.extend_from_slice(&self.number().to_le_bytes());
        }
        bytes.truncate(size);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_others() {
        assert_eq!(Noise::new(7).bytes(1_001), Noise::new(7).bytes(1_001));
        assert_ne!(Noise::new(7).bytes(64), Noise::new(8).bytes(64));
        assert_eq!(Noise::new(0).bytes(3).len(), 3);
    }
}
