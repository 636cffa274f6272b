//! Rust functions on the ranks of an MPI job, started from an ordinary process.
//!
//! [`Ranks`] are workers as `subprocess::Workers` are, on this machine or on [`Hosts`]: `mpiexec` starts a small program, the worker,
//! on each; that loads the shared object which a function lies in, by its path in a folder that all machines share, and MPI carries
//! tasks to it and values back. The process that asks never joins the job, and never calls MPI: it speaks to rank 0 over a socket.
//!
//! ```no_run
//! use ranks::{Hosts, Place, Ranks};
//! fn squares(_: ()) -> fn(usize) -> usize {
//!     |task| task * task
//! }
//! let place = Place { home: ".mpi".into(), mend: "make mpi" };
//! let mut ranks = Ranks::start(2, &Hosts::Here, &place, squares, ())?;
//! let values: Result<Vec<usize>, _> = ranks.run_while(3, None, |_| true).into_iter().collect();
//! assert_eq!(values?, [0, 1, 4]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How tasks travel
//!
//! Rank 0 hands out tasks and takes in values, and nothing else; every other rank has the task that it runs. Where tasks are short
//! beside the time of a message it has the next one too, so that it never waits. Whoever waits sleeps: MPI's own waiting
//! calls would take a core each.
//!
//! # With the feature `mpi`
//!
//! The crate has what runs inside a job: the worker program, and `world`, which makes an ordinary program that mpiexec started its
//! own worker.

mod hello;
mod hosts;
mod job;
mod launch;
mod line;
#[cfg(feature = "mpi")]
mod mpi;
mod place;
mod ranks;
mod round_trips;
mod team;
mod wire;

pub use hosts::Hosts;
#[cfg(feature = "mpi")]
pub use mpi::world::{World, world};
pub use place::{Place, available};
pub use ranks::Ranks;
pub use round_trips::{Way, round_trips};
