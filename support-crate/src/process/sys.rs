//! The system calls that Rust has no safe form for, each wrapped so that the rest of the module stays safe.
//!
//! Nothing outside this file is `unsafe`. Tests that would catch a wrong proof stand beside the wrappers or in
//! the module that uses them.

use std::convert::Infallible;
use std::ffi::{CStr, CString, OsString, c_void};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStringExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::ptr;

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{ForkResult, Pid};
use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::fresh;

/// What the system counted for a process that ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    /// As `waitpid` tells it; read with `WIFEXITED` and its kin.
    pub status: i32,
    /// User and system time in seconds.
    pub cpu: f64,
    /// Context switches because it waited.
    pub voluntary: u64,
    /// Context switches because the core was taken away.
    pub involuntary: u64,
}

/// Starts a copy of this process that runs `child` and ends; control never comes back from `child`.
///
/// The caller holds every lock of this crate that the child will take, so that none is left locked by a thread
/// which the child does not have.
pub(super) fn fork(child: impl FnOnce() -> Infallible) -> nix::Result<Pid> {
    // SAFETY: the child continues on a copy of this thread's stack with every value intact, so running Rust there
    // is sound; what other threads held locked stays locked, which can block but not break memory safety. glibc
    // makes malloc usable after fork. The child cannot return into the caller's frames: `child` has no value to
    // return, and an unwind is stopped here.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let _ = catch_unwind(AssertUnwindSafe(child));
            exit_now(70)
        }
    }
}

/// Ends this process at once: no exit handlers, no destructors, which belong to the parent in a forked child.
pub(super) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` takes any status, touches no memory of ours and does not return.
    unsafe { libc::_exit(code) }
}

/// Waits for the child `pid`; `None` when `block` is false and it still runs.
pub(super) fn wait(pid: Pid, block: bool) -> nix::Result<Option<Ended>> {
    let mut status = 0;
    let options = if block { 0 } else { libc::WNOHANG };
    loop {
        // SAFETY: all-zero bytes are a valid `rusage`, a struct of integers.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: both pointers are to live, writable values of the types the call fills in.
        let got = unsafe { libc::wait4(pid.as_raw(), &mut status, options, &mut usage) };
        match Errno::result(got) {
            Ok(0) => return Ok(None),
            Ok(_) => {
                let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
                return Ok(Some(Ended {
                    status,
                    cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime),
                    voluntary: usage.ru_nvcsw as u64,
                    involuntary: usage.ru_nivcsw as u64,
                }));
            }
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Asks the system to kill this process the moment the other side of `pipe` is closed for good.
///
/// The descriptor must be a read end opened by this process itself: owner and signal belong to the open file, which
/// inherited descriptors share.
pub(super) fn kill_me_on_hangup(pipe: RawFd) -> nix::Result<()> {
    const F_SETSIG: i32 = 10;
    // SAFETY: these commands take an integer each and touch no memory; a bad descriptor is an error, not a fault.
    unsafe {
        Errno::result(libc::fcntl(pipe, libc::F_SETOWN, libc::getpid()))?;
        Errno::result(libc::fcntl(pipe, F_SETSIG, libc::SIGKILL))?;
        Errno::result(libc::fcntl(pipe, libc::F_SETFL, libc::O_ASYNC | libc::O_NONBLOCK))?;
    }
    Ok(())
}

/// Gives crash signals their default effect again, so that the parent is told the signal itself.
pub(super) fn default_crash_signals() {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    let ignore = SigAction::new(SigHandler::SigIgn, SaFlags::empty(), SigSet::empty());
    for signal in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGILL, Signal::SIGFPE, Signal::SIGABRT] {
        // SAFETY: installing the default action runs no code of ours in signal context.
        let _ = unsafe { sigaction(signal, &default) };
    }
    // SAFETY: ignoring runs no code in signal context; it is what Rust's start-up does in ordinary programs.
    let _ = unsafe { sigaction(Signal::SIGPIPE, &ignore) };
}

/// Takes over a descriptor that this process was started with.
///
/// `None` if nothing is open there.
pub(super) fn inherited(number: RawFd) -> Option<OwnedFd> {
    // SAFETY: F_GETFD takes no argument and touches no memory.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    // SAFETY: the descriptor is open, as just seen, and was put there for this call alone: it is taken once, at
    // the start of a spawned child, before anything else runs that could own it.
    (flags >= 0).then(|| unsafe { OwnedFd::from_raw_fd(number) })
}

/// Whether a descriptor is an epoll instance, or `None` if it is closed; `other` is any descriptor that can be polled.
pub(super) fn is_epoll(number: RawFd, other: RawFd) -> Option<bool> {
    // SAFETY: removing needs no event, so no memory is touched. `other` was never added, so nothing is removed: an
    // epoll instance says it does not know it (ENOENT), anything else that it is no epoll instance (EINVAL).
    let asked = unsafe { libc::epoll_ctl(number, libc::EPOLL_CTL_DEL, other, ptr::null_mut()) };
    match Errno::result(asked) {
        Err(Errno::EBADF) => None,
        answer => Some(answer == Err(Errno::ENOENT)),
    }
}

/// Makes a number point at what `replacement` points at.
pub(super) fn overwrite(number: RawFd, replacement: RawFd) {
    // SAFETY: dup3 touches no memory, and whoever owns `number` goes on owning an open descriptor of that number.
    unsafe { libc::dup3(replacement, number, libc::O_CLOEXEC) };
}

/// Closes a descriptor inherited by fork whose owner lives in the parent and will never be dropped here.
pub(super) fn close_inherited(number: RawFd) {
    // SAFETY: close touches no memory; the caller guarantees that no value in this process closes it again.
    unsafe { libc::close(number) };
}

/// Removes a variable from the environment of a process that has one thread only.
pub(super) fn forget_variable(name: &str) {
    // SAFETY: called at the start of a fresh process, from its only thread, so nothing reads the environment now.
    unsafe { std::env::remove_var(name) };
}

/// A place in a loaded object, in a form that another process with the same object can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// File of the shared object; empty for the program itself.
    pub object: PathBuf,
    /// Distance from where the object was loaded.
    pub offset: usize,
}

/// Finds which loaded object an address of code belongs to.
pub(crate) fn place_of(address: usize) -> Option<Place> {
    let (base, name) = object_at(address)?;
    let (program, _) = program()?;
    let object = if base == program { PathBuf::new() } else { Path::new(&name).canonicalize().ok()? };
    Some(Place { object, offset: address - base })
}

/// Loads the object of `place` unless it is loaded already, and gives the address there in this process.
pub(crate) fn address_of(place: &Place) -> Result<usize, String> {
    if place.object.as_os_str().is_empty() {
        let (base, _) = program().ok_or("the program cannot be found in memory")?;
        return Ok(base + place.offset);
    }
    let name =
        CString::new(place.object.as_os_str().as_encoded_bytes()).map_err(|error| error.to_string())?;
    // SAFETY: the object is one that the parent, the same program, has loaded too; its initialisers are those of
    // compiled Rust code. The handle is never closed, so the object stays for the life of the process.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
    if handle.is_null() {
        return Err(last_loader_error());
    }
    let mut map: *const LinkMap = ptr::null();
    // SAFETY: the handle is open, and for this request the call stores one pointer into `map`.
    let got = unsafe { libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, ptr::from_mut(&mut map).cast()) };
    if got != 0 || map.is_null() {
        return Err(last_loader_error());
    }
    // SAFETY: the loader keeps the map as long as the object is loaded; `LinkMap` repeats the documented head of
    // glibc's and musl's `struct link_map`.
    let inside = unsafe { (*map).dynamic_section } as usize;
    let (base, _) = object_at(inside).ok_or("the loaded object cannot be found in memory")?;
    Ok(base + place.offset)
}

/// The documented head of the loader's `struct link_map`.
#[repr(C)]
struct LinkMap {
    load_bias: usize,
    name: *const libc::c_char,
    dynamic_section: *const c_void,
}

/// Base address and file name of the object that an address lies in.
fn object_at(address: usize) -> Option<(usize, OsString)> {
    // SAFETY: all-zero bytes are a valid `Dl_info`, a struct of pointers.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: dladdr only compares the address with those of loaded objects, and fills the live `info`.
    let found = unsafe { libc::dladdr(address as *const c_void, &mut info) };
    if found == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: dladdr succeeded, so the name is a NUL-terminated string that lives as long as the object, and no
    // object with code of ours is ever unloaded.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some((info.dli_fbase as usize, OsString::from_vec(name.to_bytes().to_vec())))
}

/// Base address and name of the program itself.
fn program() -> Option<(usize, OsString)> {
    // SAFETY: getauxval reads a table that the system made at the start; unknown keys give 0.
    let headers = unsafe { libc::getauxval(libc::AT_PHDR) };
    object_at(headers as usize)
}

fn last_loader_error() -> String {
    // SAFETY: dlerror gives null or a NUL-terminated string that is valid until this thread's next loader call.
    let message = unsafe { libc::dlerror() };
    if message.is_null() {
        return "the loader gives no reason".into();
    }
    // SAFETY: not null, as just seen.
    unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned()
}

/// Whether the program had this crate's `symbol` from its start, as opposed to having loaded it later.
pub(super) fn is_part_of_program(symbol: &CStr, address: usize) -> bool {
    // Not RTLD_DEFAULT: that also searches what was loaded together with the caller.
    // SAFETY: null names the program itself, which is open anyway; nothing is initialised by this call.
    let program = unsafe { libc::dlopen(ptr::null(), libc::RTLD_LAZY) };
    // SAFETY: the handle is null (searched as RTLD_DEFAULT) or that of the program; the name is NUL-terminated.
    !program.is_null() && unsafe { libc::dlsym(program, symbol.as_ptr()) as usize == address }
}

/// What a spawned process calls first: its channel, the address of the reader's function, and the encoded arguments.
pub(super) type Trampoline = fn(Channel, usize, Vec<u8>) -> !;

/// Calls the trampoline at an address that [`address_of`] gave for the [`place_of`] a trampoline.
pub(super) fn call(trampoline: usize, channel: Channel, function: usize, arguments: Vec<u8>) -> ! {
    // SAFETY: the parent took the place of a `Trampoline` and this process runs the same object file (the same
    // path under the same program), so the same function of the same type and ABI lies at this address.
    let trampoline = unsafe { std::mem::transmute::<usize, Trampoline>(trampoline) };
    trampoline(channel, function, arguments)
}

/// A pointer to a plain function, which can be found again in another process.
pub(super) trait Plain: Copy {
    /// Where it is in this process.
    fn address(self) -> usize;
    /// The function at an address that [`address_of`] gave for the [`place_of`] one of this type.
    fn at(address: usize) -> Self;
}

impl<T> Plain for fn() -> T {
    fn address(self) -> usize {
        self as usize
    }

    fn at(address: usize) -> Self {
        // SAFETY: `fresh::start` is handed function and trampoline of the same types and sends both places in one
        // message, and this is called by that trampoline alone; as there, the same object file lies behind it.
        unsafe { std::mem::transmute::<usize, fn() -> T>(address) }
    }
}

impl<A, T> Plain for fn(A) -> T {
    fn address(self) -> usize {
        self as usize
    }

    fn at(address: usize) -> Self {
        // SAFETY: as for a function without arguments, just above.
        unsafe { std::mem::transmute::<usize, fn(A) -> T>(address) }
    }
}

/// The symbol that an evcxr runtime is told to load and run in a fresh process.
pub(super) const ENTRY: &CStr = c"concurrency_lab_process_entry";

/// Where a fresh evcxr runtime enters; told so on its stdin. It never returns to the runtime's loop.
// SAFETY: the name is this crate's own, so it stands for no other symbol.
#[unsafe(no_mangle)]
pub extern "C" fn concurrency_lab_process_entry(_variables: *mut c_void) -> *mut c_void {
    fresh::enter();
    exit_now(70)
}

/// Runs before `main` of every program that links this crate, and turns a process meant as a child into one.
// SAFETY: the loader calls the functions of this section with (argc, argv, envp); one that takes no argument may
// be called so in the C ABI, and it does nothing unless this process was started by `fresh::start`.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    if fresh::is_meant() {
        fresh::enter();
        exit_now(70)
    }
}
