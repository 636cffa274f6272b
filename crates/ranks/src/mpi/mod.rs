//! What runs inside an MPI job.

mod bell;
mod comm;
mod coordinator;
mod ping_pong;
mod rank;
pub mod world;
