//! The system calls that Rust has no safe form for.
//!
//! A function here that is not `unsafe` holds for any argument. Tests that would catch a wrong proof stand beside the
//! wrappers or in the module that uses them.

use std::convert::Infallible;
use std::ffi::CStr;
use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{ForkResult, Pid};

/// Starts a copy of this process that runs `child` and ends; control never comes back from `child`.
///
/// The caller holds every lock of this crate that the child will take, so that none is left locked by a thread
/// which the child does not have.
pub(crate) fn fork(child: impl FnOnce() -> Infallible) -> nix::Result<Pid> {
    // SAFETY: the child continues on a copy of this thread's stack with every value intact, so running Rust there
    // is sound; what other threads held locked stays locked, which can block but not break memory safety. POSIX
    // allows a child of a program with threads no more than async-signal-safe calls; that malloc and stdio work there
    // is glibc's promise, and this crate is for Linux with glibc alone. The child cannot return into the caller's
    // frames: `child` has no value to return, and an unwind is stopped here.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            // What was thrown may throw again as it is dropped, so it never is.
            std::mem::forget(catch_unwind(AssertUnwindSafe(child)));
            exit_now(70)
        }
    }
}

/// Ends this process at once: no exit handlers, no destructors, which belong to the parent in a forked child.
pub(crate) fn exit_now(code: i32) -> ! {
    // SAFETY: `_exit` takes any status, touches no memory of ours and does not return.
    unsafe { libc::_exit(code) }
}

/// Gives the free parts of this process's heap back to the system: what is allocated from now on takes new memory, as in a
/// process that has not run anything yet. A forked one begins with all that its parent had freed.
///
/// ```
/// drop((0..1_000).map(|_| vec![1u8; 3_000]).collect::<Vec<_>>());
/// subprocess::trim_heap();
/// ```
pub fn trim_heap() {
    // SAFETY: it takes any number and touches only memory that the allocator has not handed out.
    unsafe { libc::malloc_trim(0) };
}

/// The version of the C library that this process runs with: "2.36".
pub fn glibc() -> String {
    // SAFETY: the call takes nothing and gives a NUL-terminated string that lives as long as the library.
    unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) }.to_string_lossy().into_owned()
}

/// Asks the system to kill a process the moment the other side of `pipe` is closed for good.
///
/// It works on a read end opened for that process alone, for as long as somebody has it open: owner and signal belong to the
/// open file, which inherited descriptors share.
pub(crate) fn kill_on_hangup(pipe: BorrowedFd<'_>, process: Pid) -> nix::Result<()> {
    const F_SETSIG: i32 = 10;
    let pipe = pipe.as_raw_fd();
    // SAFETY: these commands take an integer each and touch no memory.
    unsafe {
        Errno::result(libc::fcntl(pipe, libc::F_SETOWN, process.as_raw()))?;
        Errno::result(libc::fcntl(pipe, F_SETSIG, libc::SIGKILL))?;
        Errno::result(libc::fcntl(pipe, libc::F_SETFL, libc::O_ASYNC | libc::O_NONBLOCK))?;
    }
    Ok(())
}

/// Gives crash signals their default effect again, so that the parent is told the signal itself.
pub(crate) fn default_crash_signals() {
    let crashes = [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGILL, Signal::SIGFPE, Signal::SIGABRT];
    for crash in crashes {
        // SAFETY: the default runs no code of ours in signal context.
        let _ = unsafe { signal(crash, SigHandler::SigDfl) };
    }
    // SAFETY: ignoring runs no code in signal context; it is what Rust's start-up does in ordinary programs.
    let _ = unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) };
}

/// A copy of a descriptor with a number of at least `least`.
pub(crate) fn duplicate_above(fd: BorrowedFd<'_>, least: RawFd) -> nix::Result<OwnedFd> {
    let number = fcntl(fd, FcntlArg::F_DUPFD_CLOEXEC(least))?;
    // SAFETY: the call has just made this descriptor, so nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Takes over a descriptor that this process was started with; `None` if nothing is open there.
///
/// # Safety
/// Nothing else in this process owns, or will own, a descriptor of that number.
pub(crate) unsafe fn inherited(number: RawFd) -> Option<OwnedFd> {
    // SAFETY: F_GETFD takes no argument and touches no memory.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    // SAFETY: the descriptor is open, as just seen, and by the contract of this function it is nobody else's.
    (flags >= 0).then(|| unsafe { OwnedFd::from_raw_fd(number) })
}

/// Closes a descriptor that was inherited by a fork.
///
/// # Safety
/// Whatever owned it in the parent is never dropped in this process, nor used.
pub(crate) unsafe fn close_inherited(number: RawFd) {
    // SAFETY: close touches no memory, and by the contract of this function nobody counts on the descriptor.
    unsafe { libc::close(number) };
}

/// Puts the epoll instances of the parent's runtimes out of use here: what a child adds to one would be reported to the
/// parent, as an event of an object that the parent does not have. Using such a runtime is an error instead.
///
/// # Safety
/// This is a process that has just been forked, before any code but this crate's has run in it: the descriptors of those
/// epoll instances become descriptors of `null`, under whoever owns them.
pub(crate) unsafe fn retire_event_loops(null: &File, pollable: BorrowedFd<'_>) {
    // The system hands out the lowest free number, so after a long gap there are no more; a look at all that
    // are open, in /proc/self/fd, takes as long as half a fork.
    let mut gap = 0;
    for number in 3.. {
        match is_epoll(number, pollable) {
            None if gap == 128 => break,
            None => gap += 1,
            // SAFETY: dup3 touches no memory, and whoever owns `number` goes on owning an open descriptor of that
            // number, which the contract of this function allows to be another file's.
            Some(true) => _ = unsafe { libc::dup3(null.as_raw_fd(), number, libc::O_CLOEXEC) },
            Some(false) => gap = 0,
        }
    }
}

/// Whether a descriptor is an epoll instance, or `None` if it is closed; `other` was never added to one.
fn is_epoll(number: RawFd, other: BorrowedFd<'_>) -> Option<bool> {
    // SAFETY: removing needs no event, so no memory is touched. An epoll instance says that it does not know `other`
    // (ENOENT), anything else that it is no epoll instance (EINVAL).
    let asked = unsafe { libc::epoll_ctl(number, libc::EPOLL_CTL_DEL, other.as_raw_fd(), ptr::null_mut()) };
    match Errno::result(asked) {
        Err(Errno::EBADF) => None,
        answer => Some(answer == Err(Errno::ENOENT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_childs_panic_throws_does_not_leave_the_fork() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    std::panic::resume_unwind(Box::new(()));
                }
            }
        }
        let child = fork(|| std::panic::resume_unwind(Box::new(Bomb))).unwrap();
        assert_eq!(
            nix::sys::wait::waitpid(child, None).unwrap(),
            nix::sys::wait::WaitStatus::Exited(child, 70)
        );
    }
}
