//! A picture made of pixels, such as the result of an image filter.

use crate::error::Error;

/// Red, green and blue of every pixel, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    /// A picture of the given size; `rgb` holds three bytes a pixel.
    ///
    /// # Errors
    /// When the number of bytes is not `3 * width * height`, or a side is 0.
    ///
    /// ```
    /// use figure::Pixels;
    /// assert!(Pixels::new(2, 1, vec![0, 0, 0, 255, 255, 255]).is_ok());
    /// assert!(Pixels::new(2, 2, vec![0; 3]).unwrap_err().to_string().contains("12 bytes"));
    /// ```
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Result<Self, Error> {
        let wanted = 3 * u64::from(width) * u64::from(height);
        let why = match rgb.len() as u64 {
            _ if wanted == 0 => "has no pixel; both sides must be at least 1".to_owned(),
            given if given == wanted => return Ok(Self { width, height, rgb }),
            given => format!("takes {wanted} bytes, red, green and blue of each pixel; {given} were given"),
        };
        Err(Error(format!("a picture of {width} x {height} pixels {why}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_without_pixels_is_refused() {
        assert!(Pixels::new(0, 5, vec![]).unwrap_err().to_string().contains("at least 1"));
    }
}
