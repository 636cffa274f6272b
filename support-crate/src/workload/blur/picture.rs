//! The picture, drawn from a seed.

use std::fmt;
use std::sync::{Arc, Mutex};

/// A picture: three bytes (red, green, blue) a pixel, row by row from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green and blue of every pixel: `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a picture of {} × {} pixels", self.width, self.height)
    }
}

/// The picture of that size; drawn when first asked for, and kept while others of other sizes are not asked for.
pub(super) fn drawn(width: usize, height: usize) -> Arc<Picture> {
    static LAST: Mutex<Option<Arc<Picture>>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    match &*last {
        Some(picture) if (picture.width, picture.height) == (width, height) => picture.clone(),
        _ => last.insert(Arc::new(draw(width, height))).clone(),
    }
}

/// Coloured discs on a chequered ground: edges of all directions, where a blur shows.
fn draw(width: usize, height: usize) -> Picture {
    let size = width.min(height).max(1);
    let square = (size / 16).max(1);
    let mut rgb: Vec<u8> = Vec::with_capacity(3 * width * height);
    for y in 0..height {
        for x in 0..width {
            let light: u8 = if (x / square + y / square).is_multiple_of(2) { 236 } else { 196 };
            rgb.extend([light, light, light + 12]);
        }
    }
    let mut noise = fastrand::Rng::with_seed(2_026);
    for _ in 0..40 {
        let mut pick = |limit: usize| noise.usize(..limit.max(1));
        let (across, down, radius) = (pick(width), pick(height), size / 30 + pick(size / 8));
        let colour = [0; 3].map(|_: u8| 40 + pick(200) as u8);
        for y in down.saturating_sub(radius)..(down + radius).min(height) {
            for x in across.saturating_sub(radius)..(across + radius).min(width) {
                if x.abs_diff(across).pow(2) + y.abs_diff(down).pow(2) <= radius * radius {
                    rgb[3 * (y * width + x)..][..3].copy_from_slice(&colour);
                }
            }
        }
    }
    Picture { width, height, rgb }
}
