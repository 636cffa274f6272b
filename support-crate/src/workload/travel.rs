//! How a workload crosses into a freshly spawned process, which shares no memory with this one.
//!
//! Plain data goes through serde. A function goes by what it is: a `fn` item or a closure that captures nothing has
//! no bytes at all and is made again from its type; a function pointer goes as a place in its program file; a closure
//! that captures cannot go, because nobody but the compiler knows what its bytes mean.

use std::any::{Any, type_name};
use std::mem::{needs_drop, size_of};
use std::ptr::NonNull;

use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, ErrorKind};

/// Plain data as bytes.
pub(crate) fn pack(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    rmp_serde::to_vec(value)
        .map_err(|e| Error::new(ErrorKind::Format, format!("a workload cannot be packed: {e}")))
}

/// Plain data from the bytes of [`pack`].
pub(crate) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    rmp_serde::from_slice(bytes)
        .map_err(|e| Error::new(ErrorKind::Format, format!("these bytes are no {}: {e}", type_name::<T>())))
}

/// What is sent in place of a function.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ticket {
    // The type's name guards against bytes meant for another type.
    kind: String,
    address: Option<u64>,
}

/// A ticket for `function`, a `fn(A) -> T` pointer or any callable without captures.
pub(crate) fn ticket<F: Any, P: Pointer>(function: &F) -> Result<Ticket, Error> {
    let kind = type_name::<F>().to_string();
    if let Some(pointer) = (function as &dyn Any).downcast_ref::<P>() {
        return Ok(Ticket { kind, address: Some(pointer.address()) });
    }
    if size_of::<F>() == 0 && !needs_drop::<F>() {
        return Ok(Ticket { kind, address: None });
    }
    Err(Error::bad_input(
        "a closure that captures variables cannot start in a fresh process, which shares no memory with this one; \
         use Processes(n), which forks, or process::fork, or pass the values by a plain fn",
    ))
}

/// The function that a [`ticket`] stands for.
pub(crate) fn redeem<F: Any, P: Pointer>(ticket: &Ticket) -> Result<F, Error> {
    let wrong = || {
        Error::new(
            ErrorKind::Format,
            format!("this ticket is for {}, not for {}", ticket.kind, type_name::<F>()),
        )
    };
    if ticket.kind != type_name::<F>() {
        return Err(wrong());
    }
    match ticket.address {
        Some(address) => {
            let found: Box<dyn Any> = Box::new(P::at(address)?);
            found.downcast::<F>().map(|function| *function).map_err(|_| wrong())
        }
        None => from_nothing().ok_or_else(wrong),
    }
}

/// A function pointer type, as an address and back.
pub(crate) trait Pointer: Any + Copy {
    fn address(self) -> u64;
    fn at(address: u64) -> Result<Self, Error>;
}

/// A value of a type that has no bytes and nothing to drop; `None` for any other type.
fn from_nothing<F: Any>() -> Option<F> {
    if size_of::<F>() != 0 || needs_drop::<F>() {
        return None;
    }
    // SAFETY: a read of no bytes needs only a non-null aligned address, which `dangling` gives. `F` has one value at
    // most in the sense of bytes, and it is inhabited: a ticket for `F` exists only because `ticket` was handed one. No
    // destructor will run for the second value (`needs_drop` is false), and a callable of this kind holds nothing
    // (a `fn` item, or a closure without captures), so that calling the second is calling the first.
    Some(unsafe { NonNull::<F>::dangling().as_ptr().read() })
}

// Until functions are told apart by their place in the program file, a pointer stays in its process.
impl<A: 'static, T: 'static> Pointer for fn(A) -> T {
    fn address(self) -> u64 {
        self as usize as u64
    }

    fn at(_address: u64) -> Result<Self, Error> {
        Err(Error::unavailable(
            "a function pointer cannot start in a fresh process yet; pass the function itself",
        ))
    }
}
