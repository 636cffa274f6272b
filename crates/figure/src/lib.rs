//! Figures for measurements: one description gives the same picture as SVG and as PNG, the words for who cannot see it,
//! and the numbers as a table; for files, or under a cell of a Jupyter notebook.
//!
//! ```
//! use figure::{Caption, ComparisonRow, ComparisonSeries, Figure};
//!
//! let rows = [("one after the other", 0.412), ("all at once", 0.0131)];
//! let bars = ComparisonSeries {
//!     caption: Caption::new("40 waits of 10 ms", "2 cores"),
//!     measure: "time of one run".into(),
//!     statistic: "median".into(),
//!     rows: rows.map(|(name, seconds)| ComparisonRow::new(name, seconds)).into(),
//!     ..ComparisonSeries::default()
//! };
//! let figure = Figure::new(bars);
//! let (svg, png) = (figure.svg().unwrap(), figure.png().unwrap()); // for files
//! # assert!(svg.starts_with("<svg") && png.starts_with(b"\x89PNG"));
//! assert!(figure.alt().contains("all at once 13.1 ms"));
//! println!("{figure}"); // title and table
//! ```
//!
//! A [`Figure`] is made around a [`Chart`]: a comparison, lines, lanes, heartbeat or image series or a
//! map, all of them plain data; or around a [`Table`], or around words alone. It has no window and asks for no font: text
//! is measured with the one that ships with the crate, so a picture has the same layout everywhere.
//!
//! # How a chart is made
//!
//! With plotters. [`Chart::draw`] is given an [`Area`](draw::Area), which is plotters' `DrawingArea` over the one
//! [`Backend`] that writes SVG and PNG; build a chart on it with plotters' `ChartBuilder`, draw plotters' series and
//! elements, and add what plotters has not got from [`draw`]:
//!
//! - [`draw::Values`]: axes with round ticks in units that suit them (linear, logarithmic, one place a name, rows);
//! - [`draw::framed`]: a `ChartBuilder`'s chart with plotters' mesh in the look of all figures;
//! - [`draw::Piece`]: markers, bars, whiskers, hatches and text, for chart coordinates and for an area alike;
//! - [`draw::draw_end_labels`]: names at the ends of lines that never cover one another.
//!
//! A backend has [`UNITS`] of plotters' units to a pixel: sizes for plotters go through [`draw::units`], places through
//! [`draw::at`]; everything of this crate takes pixels.
//!
//! ```
//! use figure::draw::{Area, BELOW, Drawn, Piece, Values, framed, size, tick_style};
//! use figure::{Caption, Chart, Figure, Look, Quantity, Rect, Table};
//! use plotters::series::LineSeries;
//! use plotters::style::Color;
//!
//! struct Ramp(Vec<(f64, f64)>);
//!
//! impl Chart for Ramp {
//!     fn caption(&self) -> Caption {
//!         Caption::new("A ramp", "no machine at all")
//!     }
//!     fn height(&self, _width: f64) -> f64 {
//!         200.0
//!     }
//!     fn draw(&self, area: &Area<'_>) -> Drawn {
//!         let (width, height) = size(area);
//!         let plot = Rect::between((40.0, 0.0), (width, height - BELOW));
//!         let time = Values::from_zero(Quantity::Seconds, self.0.iter().map(|point| point.0));
//!         let time = time.level(plot.w, &tick_style());
//!         let tasks = Values::from_zero(Quantity::Number, self.0.iter().map(|point| point.1));
//!         let mut chart = framed(area, plot, (&time, "time"), &tasks.upright(plot.h))?;
//!         let Look { colour, marker } = Look::nth(0);
//!         chart.draw_series(LineSeries::new(self.0.clone(), colour.stroke_width(18)))?;
//!         chart.draw_series(self.0.iter().map(|point| Piece::marker(*point, 4.0, marker, colour)))?;
//!         Ok(())
//!     }
//!     fn alt(&self) -> String {
//!         "A ramp.".into()
//!     }
//!     fn table(&self) -> Table {
//!         Table::default()
//!     }
//! }
//!
//! assert!(Figure::new(Ramp(vec![(0.0, 0.0), (0.1, 3.0), (0.3, 7.0)])).svg().unwrap().contains("<polyline"));
//! ```

mod backend;
mod caption;
mod chart;
mod charts;
pub mod draw;
mod escape;
mod figure;
pub mod format;
mod geometry;
mod look;
mod mime;
mod page;
mod pixels;
mod table;
mod text;
pub mod theme;

pub use backend::{Backend, UNITS};
pub use caption::Caption;
pub use chart::Chart;
pub use charts::*;
pub use draw::{Estimate, Quantity};
pub use escape::escape;
pub use figure::Figure;
pub use geometry::{Point, Rect};
pub use look::{Look, Marker};
pub use mime::MimeBundle;
pub use pixels::Pixels;
pub use table::Table;
pub use text::{TextStyle, clean, font};
