//! A picture made of pixels, such as the result of an image filter.

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Red, green and blue of every pixel, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pixels {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Pixels {
    /// A picture of the given size; `rgb` holds three bytes a pixel.
    ///
    /// # Errors
    /// When the number of bytes is not `3 * width * height`, or a side is 0.
    ///
    /// ```
    /// use concurrency_lab::chart::Pixels;
    /// assert!(Pixels::new(2, 1, vec![0, 0, 0, 255, 255, 255]).is_ok());
    /// assert!(Pixels::new(2, 2, vec![0; 3]).unwrap_err().to_string().contains("12 bytes"));
    /// ```
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, Error> {
        let wanted = 3 * u64::from(width) * u64::from(height);
        if wanted == 0 {
            return Err(Error::bad_input(format!(
                "a picture of {width} x {height} pixels has no pixel; both sides must be at least 1"
            )));
        }
        if rgb.len() as u64 != wanted {
            return Err(Error::bad_input(format!(
                "{} bytes for a picture of {width} x {height} pixels; it takes {wanted} bytes: red, green and blue of each pixel",
                rgb.len()
            )));
        }
        Ok(Self { width, height, rgb })
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The bytes, three a pixel.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The pixel at a place.
    pub(super) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let at = 3 * (y as usize * self.width as usize + x as usize);
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// This picture in another size: averaged where it shrinks, repeated where it grows.
    pub(super) fn resized(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let span = |index: u32, new: u32, old: u32| {
            let first = (u64::from(index) * u64::from(old) / u64::from(new)) as u32;
            let last = ((u64::from(index) + 1) * u64::from(old)).div_ceil(u64::from(new)) as u32;
            (first, if old > new { last.min(old) } else { first + 1 })
        };
        let mut rgb = Vec::with_capacity(3 * width as usize * height as usize);
        for y in 0..height {
            let (top, bottom) = span(y, height, self.height);
            for x in 0..width {
                let (left, right) = span(x, width, self.width);
                let mut sum = [0u64; 3];
                for row in top..bottom {
                    for column in left..right {
                        let pixel = self.at(column, row);
                        (0..3).for_each(|channel| sum[channel] += u64::from(pixel[channel]));
                    }
                }
                let number = u64::from(right - left) * u64::from(bottom - top);
                rgb.extend(sum.map(|value| (value / number.max(1)) as u8));
            }
        }
        Self { width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_averages_and_growing_repeats() {
        let two = Pixels::new(2, 1, vec![0, 0, 0, 200, 100, 50]).unwrap();
        assert_eq!(two.resized(1, 1).rgb(), [100, 50, 25]);
        assert_eq!(two.resized(4, 1).rgb(), [0, 0, 0, 0, 0, 0, 200, 100, 50, 200, 100, 50]);
    }

    #[test]
    fn a_picture_without_pixels_is_refused() {
        assert!(Pixels::new(0, 5, vec![]).unwrap_err().to_string().contains("at least 1"));
    }
}
