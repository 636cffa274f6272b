//! What only the course needs: predictions, exercise checks, demonstrations, the map and the ledger of claims.
//!
//! - [`predict`](predict::predict): what the reader expects, put beside what the machine then says.
//! - [`check`]: one function an exercise; it judges what the reader's function did, not how fast it was.

pub mod check;
pub mod predict;
mod predict_comparison;
pub mod prelude;
pub mod python;
mod show;
mod watch;
