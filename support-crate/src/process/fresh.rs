//! Fresh processes: this program once more, which runs one function and nothing else.
//!
//! An ordinary program starts itself again, and this crate takes over before its `main`. In a notebook the program
//! is the kernel's runtime, which does not contain this crate; but it loads any shared object it is told to on
//! its stdin. Either way the new process is then sent the place of a function: object file and offset.

use std::ffi::CString;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, posix_spawn};
use nix::unistd::{dup2_stdin, pipe2};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::channel::{self, Channel, Kind};
use super::running::Child;
use super::start::{keep, prepare, refused};
use super::sys::{self, Place, Plain, Trampoline};
use super::{child, codec, lifeline, own};
use crate::error::Error;
use crate::trace;

/// Where a fresh process finds its channel and its lifeline.
const CHANNEL: RawFd = 3;
const LIFELINE: RawFd = 4;
/// Marks a process of an ordinary program as meant for this module; holds the parent's pid.
const MARK: &str = "CONCURRENCY_LAB_CHILD_OF";
/// evcxr marks its runtime, and what is started from it, with this.
const RUNTIME: &str = "EVCXR_IS_RUNTIME";

/// What a fresh process is told to do.
#[derive(Serialize, Deserialize)]
struct Start {
    trampoline: Place,
    function: Place,
    parent: i32,
    main_thread: bool,
    recorder: u64,
}

/// How this program can be started again.
enum Route {
    /// This crate is part of the program.
    Itself,
    /// The program is evcxr's runtime, which must load this shared object.
    Runtime(PathBuf),
}

fn route() -> Result<Route, Error> {
    let entry = sys::concurrency_lab_process_entry as *const () as usize;
    let place =
        sys::place_of(entry).ok_or_else(|| Error::unavailable("this crate cannot be found in memory"))?;
    if place.object.as_os_str().is_empty() || sys::is_part_of_program(sys::ENTRY, entry) {
        return Ok(Route::Itself);
    }
    if std::env::var_os(RUNTIME).is_some() {
        if place.object.as_os_str().as_bytes().contains(&b' ') {
            return Err(Error::unavailable(format!(
                "a fresh process cannot load {}, because its path has a space: build in a folder without spaces \
                 (EVCXR_TMPDIR), or use process::fork",
                place.object.display()
            )));
        }
        return Ok(Route::Runtime(place.object));
    }
    Err(Error::unavailable(
        "this program loaded the crate after its start, so it cannot be started again: use process::fork",
    ))
}

/// Starts a fresh process that calls `f` with these arguments and sends its value.
pub(super) fn start(f: impl Plain, trampoline: Trampoline, arguments: &[u8]) -> Result<Child, Error> {
    let place = |address| {
        sys::place_of(address).ok_or_else(|| {
            Error::unavailable("the function's machine code cannot be found: use process::fork")
        })
    };
    let parent = nix::unistd::Pid::this();
    let message = Start {
        trampoline: place(trampoline as usize)?,
        function: place(f.address())?,
        parent: parent.as_raw(),
        main_thread: nix::unistd::gettid() == parent,
        recorder: trace::flag_for_child(),
    };
    let message = codec::to_bytes(&message).map_err(|error| Error::failed(error.to_string()))?;
    let child = execute(&route()?)?;
    // A process that is gone already tells so when it is joined.
    let _ = channel::write(child.channel(), Kind::Start, &message)
        .and_then(|()| channel::write(child.channel(), Kind::Arguments, arguments));
    Ok(child)
}

fn execute(route: &Route) -> Result<Child, Error> {
    let mut own = own::lock();
    let pipes = prepare(&mut own)?;
    let give_up = |errno| refused("another process", errno);
    let lifeline = own
        .lifeline()
        .map_err(give_up)?
        .as_fd()
        .try_clone_to_owned()
        .map_err(|error| Error::unavailable(error.to_string()))?;
    let stdin = stdin_for(route).map_err(give_up)?;

    // Sources above all targets: one move must not overwrite the source of the next.
    let [theirs, out, err] = &pipes.child;
    let sources = [&stdin, out, err, theirs, &lifeline].map(|fd| raised(fd.as_fd()));
    let mut actions = PosixSpawnFileActions::init().map_err(give_up)?;
    let mut raised = Vec::new();
    for (target, source) in sources.into_iter().enumerate() {
        let source = source.map_err(give_up)?;
        actions.add_dup2(source.as_raw_fd(), target as RawFd).map_err(give_up)?;
        raised.push(source);
    }
    let attributes = PosixSpawnAttr::init().map_err(give_up)?;
    let program = c"/proc/self/exe";
    let pid = posix_spawn(program, &actions, &attributes, &own_arguments(), &environment(route))
        .map_err(give_up)?;
    drop(raised);
    Ok(keep(&mut own, pid, pipes))
}

fn raised(fd: BorrowedFd<'_>) -> nix::Result<OwnedFd> {
    let number = fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(10))?;
    sys::inherited(number).ok_or(nix::errno::Errno::EBADF)
}

/// The one order that evcxr's runtime needs; nothing for an ordinary program.
fn stdin_for(route: &Route) -> nix::Result<OwnedFd> {
    let Route::Runtime(object) = route else {
        return nix::fcntl::open(
            "/dev/null",
            OFlag::O_RDONLY | OFlag::O_CLOEXEC,
            nix::sys::stat::Mode::empty(),
        );
    };
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    let mut order = b"LOAD_AND_RUN ".to_vec();
    order.extend_from_slice(object.as_os_str().as_bytes());
    order.push(b' ');
    order.extend_from_slice(sys::ENTRY.to_bytes());
    order.push(b'\n');
    // Far shorter than a pipe holds, so this never waits.
    nix::unistd::write(&write, &order)?;
    Ok(read)
}

fn own_arguments() -> Vec<CString> {
    std::env::args_os().filter_map(|argument| CString::new(argument.into_vec()).ok()).collect()
}

fn environment(route: &Route) -> Vec<CString> {
    let mark = matches!(route, Route::Itself).then(|| (MARK.into(), std::process::id().to_string().into()));
    std::env::vars_os()
        .chain(mark)
        .filter_map(|(name, value)| CString::new([name.as_bytes(), b"=", value.as_bytes()].concat()).ok())
        .collect()
}

/// Whether this process, whose `main` has not begun, was started by [`start`].
pub(super) fn is_meant() -> bool {
    std::env::var(MARK).is_ok_and(|pid| pid.parse() == Ok(nix::unistd::getppid().as_raw()))
}

/// A fresh process's whole life. Returns only if it was started by nobody of this module.
pub(super) fn enter() {
    if std::env::var_os(MARK).is_some() {
        sys::forget_variable(MARK);
    }
    let (Some(socket), Some(inherited)) = (sys::inherited(CHANNEL), sys::inherited(LIFELINE)) else { return };
    let _ = fcntl(&socket, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
    let own_lifeline = lifeline::open_own(LIFELINE);
    drop(inherited);
    lifeline::tie(own_lifeline);
    if let Ok(null) = File::open("/dev/null") {
        let _ = dup2_stdin(&null);
    }
    sys::default_crash_signals();
    child::become_spawned();
    child::install_panic_hook(&mut own::lock());
    let mut channel = Channel::new(socket);
    let Some(frame) = channel.read() else { return };
    let Ok(start) = codec::from_bytes::<Start>(frame.body) else { return };
    let Some(arguments) = channel.read() else { return };
    if start.main_thread {
        lifeline::die_with_main_thread(nix::unistd::Pid::from_raw(start.parent));
    }
    trace::follow(start.recorder);
    match (sys::address_of(&start.trampoline), sys::address_of(&start.function)) {
        (Ok(trampoline), Ok(function)) => sys::call(trampoline, channel, function, arguments.body),
        (Err(reason), _) | (_, Err(reason)) => {
            let text = format!("the function's shared object cannot be loaded: {reason}");
            let _ = channel.write(Kind::Trouble, text.as_bytes());
        }
    }
}

/// The arguments as the process finds them; one that cannot read them tells why and ends.
pub(super) fn arguments<A: DeserializeOwned + 'static>(channel: &Channel, bytes: Vec<u8>) -> A {
    codec::from_bytes(bytes).unwrap_or_else(|error| {
        let text = format!("the arguments cannot be read by the process: {error}");
        let _ = channel.write(Kind::Trouble, text.as_bytes());
        sys::exit_now(1)
    })
}
