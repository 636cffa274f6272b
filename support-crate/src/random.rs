//! A small seeded generator: shuffles, resamples and the bytes of files, the same for the same seed, everywhere.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

impl Rng {
    /// A generator for `stream` of `seed`; streams of one seed are unrelated.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = Self(seed);
        let start = rng.next() ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03);
        Self(start)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// An index below `n`, which is at least 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// `size` bytes.
    pub(crate) fn bytes(&mut self, size: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(size + 8);
        while bytes.len() < size {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(size);
        bytes
    }

    /// A number between 0 and 1, both excluded.
    #[cfg(test)]
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A number from the standard normal distribution (Box and Muller, 1958).
    #[cfg(test)]
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// A number from the triangular distribution with mean 0 and deviation 1: bounded, and cheap.
    pub(crate) fn triangular(&mut self) -> f64 {
        let bits = self.next();
        let sum = (bits >> 32) as f64 + (bits & 0xFFFF_FFFF) as f64;
        (sum / f64::from(u32::MAX) - 1.0) * 6.0f64.sqrt()
    }

    /// Puts `items` into random order (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_fixes_the_order_and_another_changes_it() {
        let order = |seed, stream| {
            let mut items: Vec<usize> = (0..20).collect();
            Rng::new(seed, stream).shuffle(&mut items);
            items
        };
        assert_eq!(order(7, 0), order(7, 0));
        assert_ne!(order(7, 0), order(8, 0));
        assert_ne!(order(7, 0), order(7, 1));
    }

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_others() {
        let bytes = |seed, size| Rng::new(seed, 0).bytes(size);
        assert_eq!(bytes(7, 1_001), bytes(7, 1_001));
        assert_ne!(bytes(7, 64), bytes(8, 64));
        assert_eq!(bytes(0, 3).len(), 3);
    }

    #[test]
    fn every_order_of_three_comes_up_about_equally_often() {
        let mut counts = std::collections::BTreeMap::new();
        let mut rng = Rng::new(1, 0);
        for _ in 0..6_000 {
            let mut items = [0, 1, 2];
            rng.shuffle(&mut items);
            *counts.entry(items).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|&count| (850..1150).contains(&count)), "{counts:?}");
    }

    #[test]
    fn noise_has_mean_zero_and_deviation_one() {
        for draw in [Rng::normal, Rng::triangular] {
            let mut rng = Rng::new(2, 0);
            let numbers: Vec<f64> = (0..20_000).map(|_| draw(&mut rng)).collect();
            let mean = numbers.iter().sum::<f64>() / 2e4;
            let square = numbers.iter().map(|x| x * x).sum::<f64>() / 2e4;
            assert!(mean.abs() < 0.03 && (square - 1.0).abs() < 0.05, "{mean} {square}");
        }
    }
}
