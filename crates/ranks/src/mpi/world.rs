//! A process's part in an MPI job: the worker's, or that of a program which mpiexec started itself.

use std::env;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use super::bell::Bell;
use super::comm::Comm;
use super::coordinator::Coordinator;
use super::ping_pong::ping_pong;
use super::rank::Rank;
use crate::launch::{FOLDER, SOCKET};
use crate::line::{self, Line};
use crate::place::{SMOKE, SMOKE_LINE};
use crate::round_trips::ROUND_TRIPS;
use crate::team::lock;
use crate::wire::{Kind, Message, Wire};

/// The job that this program is part of. It ends when this is dropped: keep it to the end of `main`.
#[must_use = "the job ends when this is dropped"]
pub struct World(Option<JoinHandle<()>>);

/// Makes this program its own worker, if mpiexec started it: call it ahead of all else in `main`. On rank 0 it returns, and
/// [`Ranks`](crate::Ranks) are those of this job. On every other rank it runs their tasks, and ends the process after the last.
/// A program that was started as usual goes on, and can start [`Ranks`](crate::Ranks) that are this program.
///
/// ```
/// let _world = ranks::world();
/// ```
pub fn world() -> World {
    line::set_its_own_worker();
    if env::var_os(SMOKE).is_some() {
        Comm::join().inspect(|comm| println!("{SMOKE_LINE} {}", comm.size()));
        process::exit(0);
    }
    if env::var_os(ROUND_TRIPS).is_some() {
        ping_pong();
        process::exit(0);
    }
    if let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) {
        work(&folder);
    }
    // Of MPICH and its kin, and of Open MPI.
    if !["PMI_RANK", "PMIX_RANK"].iter().any(|name| env::var_os(name).is_some()) {
        return World(None);
    }
    let (go_on, first) = mpsc::channel();
    // MPI is used by one thread alone, and that of the program is the program's.
    let thread = thread::spawn(move || {
        let Some(comm) = Comm::join() else { return };
        if comm.rank() > 0 {
            Rank::new(&comm, Bell::new(None, comm.rank())).run();
            drop(comm);
            process::exit(0);
        }
        let Ok((ours, theirs)) = UnixStream::pair() else { return };
        line::set_world(Some(Line::new(ours)));
        let _ = go_on.send(());
        if Coordinator::new(&comm, Wire::new(theirs), Bell::new(None, 0)).run().is_err() {
            comm.abort();
        }
    });
    let _ = first.recv();
    World(Some(thread))
}

impl Drop for World {
    fn drop(&mut self) {
        let Some(thread) = self.0.take() else { return };
        if let Some(line) = line::of_world() {
            line::set_world(None);
            let _ = lock(&line).wire.send(&Message::new(Kind::End, 0, 0));
        }
        let _ = thread.join();
    }
}

/// A worker's whole life.
fn work(folder: &Path) -> ! {
    let Some(comm) = Comm::join() else { process::exit(1) };
    // Ranks that MPI is told to treat as if each were on a machine of its own have no bell either.
    let apart = env::var_os("MPIR_CVAR_NOLOCAL").is_some();
    let (rank, bell) = (comm.rank(), Bell::new((!apart).then_some(folder), comm.rank()));
    let socket = UnixStream::connect(folder.join(SOCKET));
    let socket = socket.and_then(|mut socket| socket.write_all(&rank.to_le_bytes()).map(|()| socket));
    if rank > 0 {
        // The socket, which there is on that one machine, tells by its closing that this process has ended.
        let _life = socket;
        Rank::new(&comm, bell).run();
    } else if socket.and_then(|socket| Coordinator::new(&comm, Wire::new(socket), bell).run()).is_err() {
        // Whoever wanted tasks run is gone, and does not tidy up any more.
        let _ = std::fs::remove_dir_all(folder);
        comm.abort();
    }
    drop(comm);
    process::exit(0)
}
