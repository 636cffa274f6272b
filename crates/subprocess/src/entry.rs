//! Where a fresh process enters: what it is told, and its whole life.
//!
//! The messages it reads come over the socket that it was started with, from the process that started it, which runs this
//! same program. That is what every `unsafe` step here rests on.

use std::ffi::{CStr, c_void};
use std::fs::File;
use std::mem::transmute;
use std::os::fd::RawFd;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::unistd::dup2_stdin;
use serde::{Deserialize, Serialize};

use crate::child::{self, Role};
use crate::code_address::CodeAddress;
use crate::error::Error;
use crate::frame::{Channel, Kind};
use crate::function_ref::{self, Entry, FunctionRef};
use crate::observer::{self, Source};
use crate::{codec, lifeline, panics, sys};

/// Where a fresh process finds its channel and its lifeline.
pub(crate) const CHANNEL: RawFd = 3;
pub(crate) const LIFELINE: RawFd = 4;
/// Marks a process of an ordinary program as meant for this crate; holds the parent's pid.
pub(crate) const MARK: &str = "SUBPROCESS_CHILD_OF";

/// What a fresh process is told to do.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Start {
    pub trampoline: CodeAddress,
    pub function: FunctionRef,
    pub functions: Vec<Entry>,
    pub observer: Option<CodeAddress>,
    pub flag: u64,
}

/// What a fresh process calls first, with its channel, the function to run, and the encoded arguments.
pub(crate) type Trampoline = fn(Channel, FunctionRef, Vec<u8>) -> !;

/// The symbol that a program which loads this crate late is told to run in a fresh process.
pub(crate) const SYMBOL: &CStr = c"subprocess_entry";

/// Enters a fresh process; never returns.
///
/// # Safety
/// This process was started by [`fresh`](crate::fresh), and nothing has used the descriptors it was started with.
// SAFETY: the name is this crate's own, so it stands for no other symbol.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn subprocess_entry(_: *mut c_void) -> *mut c_void {
    // SAFETY: by the contract of this function.
    unsafe { enter() };
    sys::exit_now(70)
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
        unsafe {
            std::env::remove_var(MARK);
            enter();
        }
        sys::exit_now(70)
    }
}

/// A fresh process's whole life. Returns only if it cannot be begun.
///
/// # Safety
/// As for [`subprocess_entry`].
unsafe fn enter() {
    // SAFETY: by the contract of this function both descriptors were put there for this call, and nobody else has them.
    let (socket, inherited) = unsafe { (sys::inherited(CHANNEL), sys::inherited(LIFELINE)) };
    let (Some(socket), Some(inherited)) = (socket, inherited) else { return };
    let _ = fcntl(&socket, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC));
    let own_lifeline = lifeline::open_own(LIFELINE);
    drop(inherited);
    lifeline::tie(own_lifeline);
    if let Ok(null) = File::open("/dev/null") {
        let _ = dup2_stdin(&null);
    }
    sys::default_crash_signals();
    child::become_child(Role::Spawned);
    panics::install();
    let mut channel = Channel::new(socket);
    let Some(start) = channel.read().and_then(|order| codec::from_bytes::<Start>(&order).ok()) else {
        return;
    };
    let Some(arguments) = channel.read() else { return };
    // SAFETY: the message was written by the parent, over the socket that this process was started with.
    match unsafe { find(&start) } {
        Ok(trampoline) => {
            *function_ref::lock() = start.functions;
            if let Some(observer) = observer::observer() {
                observer.follow(start.flag);
            }
            trampoline(channel, start.function, arguments)
        }
        Err(reason) => {
            let text = format!("the function's shared object cannot be loaded: {reason}");
            let _ = channel.write(Kind::Trouble, text.as_bytes());
        }
    }
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
