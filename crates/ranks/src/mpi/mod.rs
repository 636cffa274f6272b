//! What runs inside an MPI job.

mod bell;
mod comm;
mod coordinator;
mod rank;
pub mod world;
