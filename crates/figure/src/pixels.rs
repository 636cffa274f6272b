//! A picture made of pixels, such as the result of an image filter.

/// Red, green and blue of every pixel, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    /// A picture of the given size; `rgb` holds three bytes a pixel. `None` if there are more or fewer, or no pixel.
    ///
    /// ```
    /// use figure::Pixels;
    /// assert!(Pixels::new(2, 1, vec![0, 0, 0, 255, 255, 255]).is_some());
    /// assert!(Pixels::new(2, 2, vec![0; 3]).is_none());
    /// assert!(Pixels::new(0, 5, vec![]).is_none());
    /// ```
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let wanted = 3 * u64::from(width) * u64::from(height);
        (wanted > 0 && rgb.len() as u64 == wanted).then_some(Self { width, height, rgb })
    }
}
