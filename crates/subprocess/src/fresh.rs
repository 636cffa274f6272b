//! Fresh processes: this program once more, which runs one function and nothing else. First how they are started, then
//! how they enter.
//!
//! An ordinary program starts itself again, and this crate takes over before its `main`. In a notebook the program
//! is the kernel's runtime, which does not contain this crate; but it loads any shared object it is told to on
//! its stdin. Either way the new process is then sent the address of a function: object file and offset.
//!
//! The messages that it reads come over the socket that it was started with, from the process that started it, which
//! runs this same program. That is what every `unsafe` step here rests on.

use std::ffi::{CStr, CString, c_void};
use std::fs::File;
use std::io::{self, Write};
use std::mem::transmute;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::spawn::{PosixSpawnAttr, PosixSpawnFileActions, posix_spawn};
use nix::unistd::dup2_stdin;
use serde::{Deserialize, Serialize};

use crate::code_address::{CodeAddress, is_part_of_program};
use crate::error::Error;
use crate::frame::{Channel, Kind};
use crate::function_ref::{self, Entry, FnPointer, FunctionRef};
use crate::link::Link;
use crate::observer::{self, Source};
use crate::running::Child;
use crate::start::{Starting, refused};
use crate::{codec, descriptors, panics, sys};

/// Where a fresh process finds its channel and its lifeline.
const CHANNEL: RawFd = 3;
const LIFELINE: RawFd = 4;
/// Marks a process of an ordinary program as meant for this crate; holds the parent's pid.
const MARK: &str = "SUBPROCESS_CHILD_OF";

/// evcxr marks its runtime, and what is started from it, with this.
const RUNTIME: &str = "EVCXR_IS_RUNTIME";

/// What a fresh process is told to do.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Start {
    pub trampoline: CodeAddress,
    pub function: FunctionRef,
    pub functions: Vec<Entry>,
    pub observer: Option<CodeAddress>,
    pub flag: u64,
}

impl Start {
    /// The trampoline is given `f`.
    pub fn of(trampoline: Trampoline, f: impl FnPointer) -> Result<Self, Error> {
        Ok(Self {
            trampoline: CodeAddress::of(trampoline as *const ())?,
            function: FunctionRef::of_pointer(f)?,
            functions: function_ref::lock().clone(),
            observer: observer::source().map(|source| CodeAddress::of(source as *const ())).transpose()?,
            flag: (observer::observer().flag)(),
        })
    }

    /// The files that hold the code that this names; an empty path is the program itself.
    pub fn objects(&self) -> impl Iterator<Item = &Path> {
        let functions = self.functions.iter().filter_map(|entry| entry.code.as_ref());
        let named = functions.chain([&self.trampoline]).chain(&self.observer);
        named.map(|code| code.object.as_path())
    }
}

/// What a fresh process calls first, with its link to the parent, the function to run, and the encoded arguments.
pub(crate) type Trampoline = fn(Link, FunctionRef, Vec<u8>);

/// The symbol that a program which loads this crate late is told to run in a fresh process.
const SYMBOL: &CStr = c"subprocess_entry";

/// How this program can be started again: by itself, because this crate is part of it; or, being evcxr's runtime, with
/// the shared object that it has to load.
fn route() -> Result<Option<PathBuf>, Error> {
    let entry = subprocess_entry as *const ();
    let object = CodeAddress::of(entry)?.object;
    if object.as_os_str().is_empty() || is_part_of_program(SYMBOL, entry) {
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
    let start = codec::into_bytes(Start::of(trampoline, f)?)?;
    let route = route()?;
    let child =
        execute(Starting::new()?, route.as_deref()).map_err(|error| refused("another process", &error))?;
    child.order(&start);
    child.order(arguments);
    Ok(child)
}

fn execute(mut starting: Starting, object: Option<&Path>) -> io::Result<Child> {
    let stdin = stdin_for(object)?;
    let [channel, out, err] = &starting.child;
    let lifeline = starting.registry.lifeline()?;
    let mut actions = PosixSpawnFileActions::init()?;
    // What the child finds at 0, 1, 2, `CHANNEL` and `LIFELINE`. The sources lie above all these: one move
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
    let order = [b"LOAD_AND_RUN ", object.as_os_str().as_bytes(), b" ", SYMBOL.to_bytes(), b"\n"];
    // Far shorter than a pipe holds, so this never waits.
    write.write_all(&order.concat())?;
    Ok(read.into())
}

/// Enters a fresh process; never returns.
///
/// # Safety
/// This process was started by [`fresh`](crate::fresh), and nothing has used the descriptors it was started with.
// SAFETY: the name is this crate's own, so it stands for no other symbol.
#[unsafe(no_mangle)]
unsafe extern "C" fn subprocess_entry(_: *mut c_void) -> *mut c_void {
    // SAFETY: by the contract of this function.
    let code = unsafe { enter() };
    sys::exit_now(code)
}

/// Runs before `main` of every program that links this crate, and turns a process meant as a child into one.
// SAFETY: the loader calls the functions of this section with (argc, argv, envp); one that takes no argument may
// be called so in the C ABI, and it does nothing unless this process was started by `fresh`.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    // In any other process this look-up is all that is done.
    let Some(parent) = std::env::var_os(MARK) else { return };
    if parent.to_str().and_then(|pid| pid.parse().ok()) == Some(nix::unistd::getppid().as_raw()) {
        // SAFETY: the mark names this process's parent, so that was the one to set it. Nothing has run here yet, so there is
        // no other thread that could read the environment meanwhile.
        let code = unsafe {
            std::env::remove_var(MARK);
            enter()
        };
        sys::exit_now(code)
    }
}

/// A fresh process's whole life, and the code that it ends with.
///
/// # Safety
/// As for [`subprocess_entry`].
unsafe fn enter() -> i32 {
    // SAFETY: by the contract of this function both descriptors were put there for this call, and nobody else has them.
    let (socket, inherited) = unsafe { (sys::inherited(CHANNEL), sys::inherited(LIFELINE)) };
    let (Some(socket), Some(inherited)) = (socket, inherited) else { return 70 };
    let _ = fcntl(&socket, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
    let own_lifeline = descriptors::open_lifeline(LIFELINE);
    drop(inherited);
    descriptors::tie_to_parent(own_lifeline);
    if let Ok(null) = File::open("/dev/null") {
        let _ = dup2_stdin(&null);
    }
    // SAFETY: what is read there was written by the parent, over the socket that this process was started with.
    unsafe { begin(Link::Socket(Channel::new(socket))) }
}

/// Does what the first two messages say, and gives the code that the process then ends with.
///
/// # Safety
/// The first message is a [`Start`], made in a process of this same program.
pub(crate) unsafe fn begin(mut link: Link) -> i32 {
    sys::default_crash_signals();
    panics::become_child();
    panics::install();
    let Some(start) = link.read().and_then(|order| codec::from_bytes::<Start>(order).ok()) else { return 70 };
    let Some(arguments) = link.read() else { return 70 };
    // SAFETY: by the contract of this function.
    match unsafe { find(&start) } {
        Ok(trampoline) => {
            if let Link::Host(host) = &link {
                (observer::observer().hosted)(host.number, host.clock);
            }
            *function_ref::lock() = start.functions;
            (observer::observer().follow)(start.flag);
            trampoline(link, start.function, arguments);
        }
        Err(error) => _ = link.write(Kind::Trouble, error.to_string().as_bytes()),
    }
    0
}

/// Loads what the message names: the trampoline, and the recorder, which is set.
///
/// # Safety
/// The message was written by [`fresh`](crate::fresh) in a process of this same program.
unsafe fn find(start: &Start) -> Result<Trampoline, Error> {
    if let Some(observer) = &start.observer {
        // SAFETY: `fresh` takes every address in the message by `CodeAddress::of`; the one here is that of a `Source`.
        let source = unsafe { transmute::<*const (), Source>(observer.resolve()?) };
        observer::set(source);
    }
    // SAFETY: as just above; this one is that of a `Trampoline`.
    unsafe { Ok(transmute::<*const (), Trampoline>(start.trampoline.resolve()?)) }
}
