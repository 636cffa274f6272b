//! From a filtered picture to its figure.

use figure::{Caption, Figure, ImageSeries, Pixels};

use crate::error::Error;
use crate::model::{Model, values};
use crate::workload::{Blur, Picture, Workload};

impl Blur {
    /// The picture before and after the filter, side by side.
    ///
    /// ```
    /// use concurrency_lab::prelude::*;
    /// let figure = Blur { width: 40, height: 30, radius: 2, tasks: 3 }.show();
    /// assert!(figure.alt().contains("before"));
    /// ```
    pub fn show(&self) -> Figure {
        self.filtered().map_or_else(Figure::problem, Figure::new)
    }

    fn filtered(&self) -> Result<ImageSeries, Error> {
        // The reader's mistake is found here, before a picture of that size is drawn.
        self.validate()?;
        let after = self.assemble(&values(*self, Model::Sequential)?);
        let caption = Caption::new(self.title(), "before and after the filter");
        Ok(ImageSeries::before_after(caption, pixels(&self.picture())?, pixels(&after)?))
    }
}

fn pixels(picture: &Picture) -> Result<Pixels, Error> {
    Pixels::new(picture.width as u32, picture.height as u32, picture.rgb.clone())
        .ok_or_else(|| Error::failed("the picture has lost some of its pixels"))
}
