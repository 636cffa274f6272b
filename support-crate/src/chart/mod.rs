//! Figures: one plotters drawing function each, shown as one bundle of HTML, PNG and text.
