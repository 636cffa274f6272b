//! Values as bytes, between two processes that run the same program.
//!
//! The format is [postcard](https://docs.rs/postcard)'s. It keeps all that serde tells apart (`Some(None)` from `None`,
//! a char from a string, every bit of a float, keys of any type, 128-bit integers), and it stores no names and no types: a type that
//! looks at the data before it decides what it reads cannot be carried, nor one that leaves fields out: what follows would be
//! read in their place. [`to_bytes`] and [`from_bytes`] refuse those by a sentence that names the type, but for one that serde does not
//! tell them of: a field that `skip_serializing` always leaves out needs `skip_deserializing` too.

mod check;

use std::any::{Any, type_name};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// Writes a value.
///
/// # Errors
/// One that could not be read back, or that serde cannot write, with the name of its type and the way out.
///
/// ```
/// use subprocess::codec::{from_bytes, to_bytes};
/// let bytes = to_bytes(&(1u8, "one", Some(None::<char>)))?;
/// assert_eq!(from_bytes::<(u8, String, Option<Option<char>>)>(bytes)?, (1, "one".to_string(), Some(None)));
///
/// let error = from_bytes::<serde_json::Value>(to_bytes(&serde_json::json!([1, 2]))?).unwrap_err();
/// assert!(error.to_string().contains("looks at the data"), "{error}");
/// # Ok::<(), subprocess::Error>(())
/// ```
pub fn to_bytes<T: Serialize + 'static>(value: &T) -> Result<Vec<u8>, Error> {
    if let Some(bytes) = (value as &dyn Any).downcast_ref::<Vec<u8>>() {
        // As they are, at the speed of a copy.
        return Ok(bytes.clone());
    }
    let cannot = |reason: &dyn std::fmt::Display| {
        Error::format(format!("a {} cannot be sent to another process: {reason}", type_name::<T>()))
    };
    value.serialize(check::Check).map_err(|reason| cannot(&reason))?;
    postcard::to_allocvec(value).map_err(|error| cannot(&error))
}

/// As [`to_bytes`] of a value that is not needed any more: bytes are not even copied.
pub(crate) fn into_bytes<T: Serialize + 'static>(value: T) -> Result<Vec<u8>, Error> {
    same(value).or_else(|value| to_bytes(&value))
}

/// Reads a value that [`to_bytes`] wrote of the same type.
///
/// # Errors
/// The bytes are no such value, or the type is one that the format cannot carry.
pub fn from_bytes<T: DeserializeOwned + 'static>(bytes: impl Into<Vec<u8>>) -> Result<T, Error> {
    let bytes = match same(bytes.into()) {
        Ok(value) => return Ok(value),
        Err(bytes) => bytes,
    };
    let name = type_name::<T>();
    match postcard::take_from_bytes(&bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(Error::format(format!(
            "a {name} leaves {} bytes of its message unread: it is not read as it is written; look at its serde \
             attributes",
            rest.len()
        ))),
        Err(postcard::Error::WontImplement) => Err(Error::format(format!(
            "a {name} cannot be read in another process: part of it looks at the data to see what it is \
             (serde_json::Value and untagged or tagged enums do so); send that part as text, or as a plain enum"
        ))),
        Err(error) => Err(Error::format(format!("these bytes are no {name}: {error}"))),
    }
}

/// A value as a `B` if its type is that one.
fn same<A: 'static, B: 'static>(value: A) -> Result<B, A> {
    let mut slot = Some(value);
    let taken = (&mut slot as &mut dyn Any).downcast_mut::<Option<B>>().and_then(Option::take);
    taken.ok_or_else(|| slot.expect("it has not been taken"))
}

#[cfg(test)]
mod tests;
