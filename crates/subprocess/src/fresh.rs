//! Fresh processes: this program once more, which runs one function and nothing else.
//!
//! An ordinary program starts itself again, and this crate takes over before its `main`. In a notebook the program
//! is the kernel's runtime, which does not contain this crate; but it loads any shared object it is told to on
//! its stdin. Either way the new process is then sent the address of a function: object file and offset.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, posix_spawn};

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

/// How this program can be started again: by itself, because this crate is part of it; or, being evcxr's runtime, with
/// the shared object that it has to load.
fn route() -> Result<Option<PathBuf>, Error> {
    let entry = entry::subprocess_entry as *const ();
    let object = CodeAddress::of(entry)?.object;
    if object.as_os_str().is_empty() || is_part_of_program(entry::SYMBOL, entry) {
        return Ok(None);
    }
    if std::env::var_os(RUNTIME).is_some() {
        if object.as_os_str().as_bytes().contains(&b' ') {
            return Err(Error::unavailable(format!(
                "a fresh process cannot load {}, because its path has a space: build in a folder without spaces \
                 (EVCXR_TMPDIR), or use process::fork",
                object.display()
            )));
        }
        return Ok(Some(object));
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
    let route = route()?;
    let child =
        execute(Starting::new()?, route.as_deref()).map_err(|error| refused("another process", &error))?;
    for order in [&start, arguments] {
        // A process that is gone already tells so when it is joined.
        let _ = frame::write(child.channel(), Kind::Order, order);
    }
    Ok(child)
}

fn execute(mut starting: Starting, object: Option<&Path>) -> io::Result<Child> {
    let stdin = stdin_for(object)?;
    let [channel, out, err] = &starting.child;
    let lifeline = starting.registry.lifeline()?;
    let mut actions = PosixSpawnFileActions::init()?;
    // What the child finds at 0, 1, 2, `entry::CHANNEL` and `entry::LIFELINE`. The sources lie above all these: one move
    // must not overwrite the source of the next.
    let mut raised = Vec::new();
    for source in [stdin.as_fd(), out.as_fd(), err.as_fd(), channel.as_fd(), lifeline] {
        let source = sys::duplicate_above(source, 10)?;
        actions.add_dup2(source.as_raw_fd(), raised.len() as RawFd)?;
        raised.push(source);
    }
    let attributes = PosixSpawnAttr::init()?;
    let arguments: Vec<_> =
        std::env::args_os().filter_map(|argument| CString::new(argument.into_vec()).ok()).collect();
    let mark = object.is_none().then(|| (MARK.into(), std::process::id().to_string().into()));
    let environment: Vec<_> = std::env::vars_os()
        .chain(mark)
        .filter_map(|(name, value)| CString::new([name.as_bytes(), b"=", value.as_bytes()].concat()).ok())
        .collect();
    let pid = posix_spawn(c"/proc/self/exe", &actions, &attributes, &arguments, &environment)?;
    Ok(starting.keep(pid))
}

/// The one order that evcxr's runtime needs; nothing for an ordinary program.
fn stdin_for(object: Option<&Path>) -> io::Result<OwnedFd> {
    let Some(object) = object else { return Ok(File::open("/dev/null")?.into()) };
    let (read, mut write) = io::pipe()?;
    let order = [b"LOAD_AND_RUN ", object.as_os_str().as_bytes(), b" ", entry::SYMBOL.to_bytes(), b"\n"];
    // Far shorter than a pipe holds, so this never waits.
    write.write_all(&order.concat())?;
    Ok(read.into())
}
