//! Figures: one plotters drawing function each, shown as one bundle of HTML, PNG and text.
//!
//! A chart is plain data (a `…Series`) that knows how to draw itself on a [`Canvas`]; a [`Figure`] sets title,
//! subtitle and notes around it and shows all of it. Text is measured with the shipped [`font`], the look is
//! that of [`theme`]. Computing a series and drawing it are separate steps: a chart is tested without a
//! picture, and a picture without a run.

mod bitmap;
mod bundle;
mod canvas;
mod figure;
pub mod font;
mod geometry;
mod page;
mod pixels;
mod png;
mod surface;
mod svg;
mod table;
mod text;
pub mod theme;

pub use bundle::Bundle;
pub use canvas::{Align, Canvas, Label};
pub use figure::{Chart, Figure};
pub use geometry::{Point, Rect};
pub use pixels::Pixels;
pub use surface::Paint;
pub use svg::escape;
pub use table::{Cell, Column, Table};
pub use text::{TextStyle, clean};
