//! Blurring a picture: image processing cut into strips.

mod gaussian;
mod picture;

pub use picture::Picture;

use serde::{Deserialize, Serialize};

use super::{Nature, Workload, check, erased_here, words};
use crate::error::Error;

/// More pixels than this (48 million: 6,000 by 8,000) take a gigabyte while they are worked on.
const MAX_PIXELS: usize = 48_000_000;

/// Blurs a picture (Gaussian, two passes); a task blurs one strip of rows, and its value is the strip's pixels, three bytes each.
///
/// The picture is drawn before any timing. A strip also reads `radius` rows above and below its own,
/// and blurs them along the row a second time: many narrow strips do more work in all than a few wide ones.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let blur = Blur { width: 60, height: 40, radius: 3, tasks: 4 };
/// let before = blur.picture();
/// let after = blur.assemble(&values(blur, Threads(2)).unwrap());
/// assert_eq!((after.width, after.height), (60, 40));
/// assert_ne!(before.rgb, after.rgb);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Blur {
    /// Width of the picture in pixels.
    pub width: usize,
    /// Height of the picture in pixels.
    pub height: usize,
    /// How far a pixel spreads, in pixels; the Gaussian's standard deviation is half of it.
    pub radius: usize,
    /// Into how many strips, one a task, the picture is cut.
    pub tasks: usize,
}

impl Blur {
    /// The picture before it is blurred.
    pub fn picture(&self) -> Picture {
        (*picture::drawn(self.width, self.height)).clone()
    }

    /// The picture that the strips of a run make up, in task order.
    pub fn assemble(&self, strips: &[Vec<u8>]) -> Picture {
        Picture { width: self.width, height: self.height, rgb: strips.concat() }
    }

    /// First row of strip `index`, and of the strip after the last one: the height.
    fn border(&self, index: usize) -> usize {
        self.height * index / self.tasks
    }
}

impl Workload for Blur {
    type Output = Vec<u8>;
    const NATURE: Nature = Nature::Computes;

    fn title(&self) -> String {
        let strips = words::counted(self.tasks, "strip", "strips");
        format!("a blur of {} × {} pixels in {strips}", words::count(self.width), words::count(self.height))
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn validate(&self) -> Result<(), Error> {
        check::number("width", self.width, 1..=MAX_PIXELS)?;
        check::number("height", self.height, 1..=MAX_PIXELS)?;
        check::number("width × height", self.width.saturating_mul(self.height), 1..=MAX_PIXELS)?;
        check::number("radius", self.radius, 1..=200)?;
        check::tasks("tasks", self.tasks)?;
        // A strip has a row at the least.
        check::number("tasks", self.tasks, 1..=self.height)
    }

    fn prepare(&self) -> Result<(), Error> {
        picture::drawn(self.width, self.height);
        Ok(())
    }

    fn task(&self, index: usize) -> Result<Vec<u8>, Error> {
        let picture = picture::drawn(self.width, self.height);
        Ok(gaussian::blur(&picture, self.border(index), self.border(index + 1), self.radius))
    }

    erased_here!(plain data);
}
