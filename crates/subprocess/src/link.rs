//! How a child hears from its parent and answers: over the socket that it was started with, or through the program that hosts it.

use std::ffi::c_void;
use std::ptr;
use std::slice;

use crate::frame::{Channel, Kind};

/// A child's way to its parent.
pub(crate) enum Link {
    Socket(Channel),
    Host(Host),
}

/// What a program that hosts functions offers them, in a form that two separately built pieces of code agree on.
#[repr(C)]
pub(crate) struct Host {
    /// Given to each call.
    pub context: *mut c_void,
    /// Waits for the next order: its bytes, which live until the next call, and their number. Null for no more.
    pub read: unsafe extern "C" fn(*mut c_void, *mut usize) -> *const u8,
    /// Sends what is said, by its kind, bytes and their number; `false` once nobody listens.
    pub write: unsafe extern "C" fn(*mut c_void, u8, *const u8, usize) -> bool,
    /// The number that this process goes by.
    pub number: u32,
    /// Nanoseconds that its clock is behind that of whoever sends orders.
    pub clock: i64,
}

impl Host {
    /// What a pointer that came from another piece of code points at.
    ///
    /// # Safety
    /// It points at a `Host` whose functions may be called with its context, on this thread, for as long as the copy lives.
    pub unsafe fn at(host: *const Self) -> Self {
        // SAFETY: by the contract of this function. All fields are plain data.
        unsafe { ptr::read(host) }
    }
}

impl Link {
    /// Sends a frame, waiting as long as the other side takes to read it; `false` once nobody does.
    pub fn write(&self, kind: Kind, body: &[u8]) -> bool {
        match self {
            Self::Socket(channel) => channel.write(kind, body).is_ok(),
            // SAFETY: by the contract of `Host::at`; the bytes live for the length of the call.
            Self::Host(host) => unsafe { (host.write)(host.context, kind as u8, body.as_ptr(), body.len()) },
        }
    }

    /// Waits for the next order; `None` once the parent wants no more.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Socket(channel) => channel.read(),
            Self::Host(host) => {
                let mut length = 0;
                // SAFETY: by the contract of `Host::at`; `length` is live.
                let bytes = unsafe { (host.read)(host.context, &raw mut length) };
                // SAFETY: bytes that are not null are so many, and live until the next call.
                (!bytes.is_null()).then(|| unsafe { slice::from_raw_parts(bytes, length) }.to_vec())
            }
        }
    }
}
