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
//! # Growth
//!
//! A task of `t` seconds on one of `n` ranks, a message there and back of `w` (with what a sleeper takes to look up: about 4 ms in all
//! where no bell can wake it), a value of `b` bits over a link of `r` bits a second, one link a host and `h` of these: then a task takes, of the
//! whole job, max(`c`, `b/(r h)`, `t/n`, `(t + w)/(k n)`) seconds. `c` is the coordinator's own time for a task, and `k` how many a rank has:
//! two where tasks are short beside 5 ms or 20 `w`, else one. Measured and by that formula, in milliseconds a task, by
//! `tests/hosts/growth.sh`, on 2 cores that the ranks shared while other programs ran:
//!
//! | ranks | `t` 10 ms, memory | `t` 2 ms, 1 ms each way | `t` 2 ms, 10 ms each way | 20 kB values, 10 Mbit |
//! | ---: | ---: | ---: | ---: | ---: |
//! | 1 | 10.5 / 10 | 3.8 / 4 | 13.5 / 13 | 16.5 / 16 |
//! | 4 | 3.2 / 2.5 | 0.95 / 1 | 3.3 / 3.3 | 8.2 / 8 |
//! | 16 | 0.76 / 0.63 | 0.20 / 0.25 | 0.85 / 0.81 | 8.5 / 8 |
//!
//! The coordinator kept 5 to 11 MiB (proportional set size) with 1 rank as with 16, and 10 to 40 µs of processor time for a task that answers little;
//! each task and each answer is one message to the rank and one from it. So one coordinator serves some ten thousand tasks a
//! second, or one link's worth of values. Beyond that MPI has collectives, which pass data on along a tree of ranks (`MPI_Scatter`,
//! `MPI_Gather`, `MPI_Reduce`): for tasks of known and equal length, since they are dealt out beforehand.
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
