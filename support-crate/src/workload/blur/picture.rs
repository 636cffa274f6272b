//! The picture.

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

/// Rings around the middle, coloured by turns: edges of all directions, where a blur shows.
fn draw(width: usize, height: usize) -> Picture {
    const COLOURS: [[u8; 3]; 4] = [[236, 236, 248], [0, 114, 178], [230, 159, 0], [0, 158, 115]];
    let ring = (width.min(height) as f32 / 24.0).max(1.0);
    let from_middle = |at: usize, length: usize| at as f32 - length as f32 / 2.0;
    let distances = (0..height).flat_map(|y| {
        (0..width).map(move |x| from_middle(x, width).powi(2) + from_middle(y, height).powi(2))
    });
    let colours = distances.map(|square| COLOURS[(square.sqrt() / ring) as usize % COLOURS.len()]);
    Picture { width, height, rgb: colours.flatten().collect() }
}
