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
use crate::process::{self, Place};

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
    place: Option<Place>,
}

/// A ticket for `function`, a `fn(A) -> T` pointer or any callable without captures.
pub(crate) fn ticket<F: Any, P: Pointer>(function: &F) -> Result<Ticket, Error> {
    let kind = type_name::<F>().to_string();
    if let Some(pointer) = (function as &dyn Any).downcast_ref::<P>() {
        return Ok(Ticket { kind, place: Some(pointer.place()?) });
    }
    if size_of::<F>() == 0 && !needs_drop::<F>() {
        return Ok(Ticket { kind, place: None });
    }
    Err(captures())
}

fn captures() -> Error {
    Error::bad_input(
        "a closure that captures variables cannot start in a fresh process, which shares no memory with this one; \
         use Processes(n), which forks, or process::fork, or pass the values by a plain fn",
    )
}

/// The function that a [`ticket`] stands for.
pub(crate) fn redeem<F: Any, P: Pointer>(ticket: Option<&Ticket>) -> Result<F, Error> {
    let kind = type_name::<F>();
    let found = match place(ticket, kind)? {
        Some(place) => {
            let found: Box<dyn Any> = Box::new(P::at(place)?);
            found.downcast::<F>().ok().map(|function| *function)
        }
        None => from_nothing(),
    };
    found.ok_or_else(|| wrong(ticket, kind))
}

/// The place in a ticket for a function of such a type.
fn place<'a>(ticket: Option<&'a Ticket>, kind: &str) -> Result<Option<&'a Place>, Error> {
    match ticket {
        Some(ticket) if ticket.kind == kind => Ok(ticket.place.as_ref()),
        other => Err(wrong(other, kind)),
    }
}

fn wrong(ticket: Option<&Ticket>, kind: &str) -> Error {
    let given = ticket.map_or("nothing", |ticket| &ticket.kind);
    Error::new(ErrorKind::Format, format!("this ticket is for {given}, not for {kind}"))
}

/// A function pointer type, as a place in a program file and back.
pub(crate) trait Pointer: Any + Copy {
    fn place(self) -> Result<Place, Error>;
    fn at(place: &Place) -> Result<Self, Error>;
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

fn place_at(address: usize) -> Result<Place, Error> {
    process::place_of(address).ok_or_else(|| {
        Error::unavailable("the machine code of this function cannot be found; use Processes(n), which forks")
    })
}

impl<A: 'static, T: 'static> Pointer for fn(A) -> T {
    fn place(self) -> Result<Place, Error> {
        place_at(self as usize)
    }

    fn at(place: &Place) -> Result<Self, Error> {
        let address = process::address_of(place).map_err(Error::unavailable)?;
        // SAFETY: the address is where this process has what the sender's pointer pointed at: the same offset in the same
        // object file. `redeem` compared the type's full name, and both sides run the same build of this code, so
        // that it is a function of this very type.
        Ok(unsafe { std::mem::transmute::<usize, fn(A) -> T>(address) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(i: usize) -> u64 {
        (i * i) as u64
    }

    fn there_and_back<F: Any>(function: F) -> Result<F, Error> {
        redeem::<F, fn(usize) -> u64>(Some(&ticket::<F, fn(usize) -> u64>(&function)?))
    }

    #[test]
    fn functions_arrive_as_what_they_were() {
        assert_eq!(there_and_back(square).unwrap()(7), 49);
        assert_eq!(there_and_back(|i: usize| i as u64 + 1).unwrap()(7), 8);
        assert_eq!(there_and_back(square as fn(usize) -> u64).unwrap()(7), 49);
    }

    #[test]
    fn a_closure_that_captures_is_refused_with_a_way_out() {
        let add = 3;
        let error = ticket::<_, fn(usize) -> u64>(&move |i: usize| (i + add) as u64).unwrap_err();
        assert!(error.to_string().contains("process::fork"), "{error}");
        // A value without bytes may still have something to do when it is dropped.
        struct Guard;
        impl Drop for Guard {
            fn drop(&mut self) {}
        }
        let guard = Guard;
        let closure = move |i: usize| {
            let _held = &guard;
            i as u64
        };
        assert!(there_and_back(closure).is_err());
    }

    #[test]
    fn a_ticket_for_another_type_is_not_redeemed() {
        let other = ticket::<_, fn(usize) -> u64>(&square).unwrap();
        let error = redeem::<fn(usize) -> u64, fn(usize) -> u64>(Some(&other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
    }
}
