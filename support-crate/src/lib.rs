//! Run the same work under five execution models, measure it so that the answer can be believed, and see it.
//!
//! The notebooks of the course call into this crate; each module is one idea, and the arrows point one way:
//! [`chart`] and [`verdict`] are made from [`measure`], which runs a [`model`], which runs a [`workload`];
//! [`timeline`] is assembled from what [`trace`] recorded; [`machine`] is the ground that all may stand on.

mod cell;
pub mod error;
mod figures;
pub mod lesson;
pub mod machine;
pub mod measure;
pub mod model;
#[doc(hidden)]
pub mod observe;
pub mod prelude;
#[doc(hidden)]
pub mod probe;
pub mod program;
mod show;
pub mod stop;
pub mod timeline;
pub mod units;
pub mod verdict;
pub mod workload;

pub use film as trace;

// Notebooks use these through the prelude, so that one `:dep` line serves a whole notebook and every cell
// shares one runtime and one thread pool.
pub use figure as chart;
pub use figure::format;
pub use schedule;
pub use subprocess as process;
pub use {crossbeam, rayon, serde, tokio};
