//! Fresh processes: this program once more, which runs one function and nothing else.
//!
//! An ordinary program starts itself again, and this crate takes over before its `main`. In a notebook the program
//! is the kernel's runtime, which does not contain this crate; but it loads any shared object it is told to on
//! its stdin. Either way the new process is then sent the address of a function: object file and offset.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

use nix::fcntl::OFlag;
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, posix_spawn};
use nix::unistd::pipe2;

use crate::code_address::{CodeAddress, is_part_of_program};
use crate::entry::{self, MARK, Start, Trampoline};
use crate::error::Error;
use crate::frame::{self, Kind};
use crate::function_ref::{self, FnPointer, FunctionRef};
use crate::running::Child;
use crate::start::{Starting, refused};
use crate::{codec, observer, sys};

/// evcxr marks its runtime, and what is started from it, with this.
const RUNTIME: &str = "EVCXR_IS_RUNTIME";

/// How this program can be started again.
enum Route {
    /// This crate is part of the program.
    Itself,
    /// The program is evcxr's runtime, which must load this shared object.
    Runtime(PathBuf),
}

fn route() -> Result<Route, Error> {
    let entry = entry::subprocess_entry as *const ();
    let object = CodeAddress::of(entry)?.object;
    if object.as_os_str().is_empty() || is_part_of_program(entry::SYMBOL, entry) {
        return Ok(Route::Itself);
    }
    if std::env::var_os(RUNTIME).is_some() {
        if object.as_os_str().as_bytes().contains(&b' ') {
            return Err(Error::unavailable(format!(
                "a fresh process cannot load {}, because its path has a space: build in a folder without spaces \
                 (EVCXR_TMPDIR), or use process::fork",
                object.display()
            )));
        }
        return Ok(Route::Runtime(object));
    }
    Err(Error::unavailable(
        "this program loaded the crate after its start, so it cannot be started again: use process::fork",
    ))
}

/// Starts a fresh process in which the trampoline is given `f` and these arguments.
pub(crate) fn start(trampoline: Trampoline, f: impl FnPointer, arguments: &[u8]) -> Result<Child, Error> {
    let start = Start {
        trampoline: CodeAddress::of(trampoline as *const ())?,
        function: FunctionRef::of_pointer(f)?,
        functions: function_ref::lock().clone(),
        observer: observer::source().map(|source| CodeAddress::of(source as *const ())).transpose()?,
        flag: observer::observer().map_or(0, |observer| observer.flag()),
    };
    let start = codec::to_bytes(&start)?;
    let child = execute(&route()?)?;
    for order in [&start, arguments] {
        // A process that is gone already tells so when it is joined.
        let _ = frame::write(child.channel(), Kind::Order, order);
    }
    Ok(child)
}

fn execute(route: &Route) -> Result<Child, Error> {
    let give_up = |errno| refused("another process", errno);
    let mut starting = Starting::new()?;
    let stdin = stdin_for(route).map_err(give_up)?;
    let [channel, out, err] = &starting.child;
    let lifeline = starting.registry.lifeline().map_err(give_up)?;
    // What the child finds at 0, 1, 2, `entry::CHANNEL` and `entry::LIFELINE`. The sources lie above all these: one move
    // must not overwrite the source of the next.
    let sources = [stdin.as_fd(), out.as_fd(), err.as_fd(), channel.as_fd(), lifeline]
        .map(|fd| sys::duplicate_above(fd, 10));
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
    Ok(starting.keep(pid))
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
    order.extend_from_slice(entry::SYMBOL.to_bytes());
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
