//! Values as bytes, between two processes that run the same program.
//!
//! Every value is preceded by a byte that tells its type, so that types which look before they decide (untagged enums,
//! `serde_json::Value`, flattened structs) can be read back. Unlike MessagePack, CBOR or JSON the format keeps
//! all that serde tells apart: `Some(None)` from `None`, a char from a string, every bit of a float, keys of any
//! type, 128-bit integers. Sequences of numbers are stored as runs of plain bytes.

mod bulk;
mod read;
mod write;

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What comes next; one byte ahead of every value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Tag {
    Unit,
    None,
    Some,
    Bool,
    U8,
    U16,
    U32,
    U64,
    U128,
    I8,
    I16,
    I32,
    I64,
    I128,
    F32,
    F64,
    Char,
    /// A length, and so many bytes of UTF-8.
    Str,
    /// A length, and so many bytes.
    Bytes,
    /// Values and runs up to an end; also tuples.
    Seq,
    /// Within a sequence: the tag of a number, a count, and so many numbers without tags.
    Run,
    /// Keys and values by turns up to an end; also structs.
    Map,
    /// The name of an enum's variant that holds nothing.
    Variant,
    /// The name of a variant, and one value for what it holds.
    Holding,
    End,
}

impl Tag {
    fn from_byte(byte: u8) -> Option<Self> {
        use Tag::*;
        const ALL: [Tag; 25] = [
            Unit, None, Some, Bool, U8, U16, U32, U64, U128, I8, I16, I32, I64, I128, F32, F64, Char, Str,
            Bytes, Seq, Run, Map, Variant, Holding, End,
        ];
        ALL.get(usize::from(byte)).copied()
    }
}

/// Why a value cannot be written or read.
#[derive(Debug)]
pub(super) struct CodecError(String);

impl fmt::Display for CodecError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

impl serde::ser::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Writes a value.
pub(super) fn to_bytes<T: Serialize + 'static>(value: &T) -> Result<Vec<u8>, CodecError> {
    if let Some(bytes) = bulk::write(value) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    value.serialize(&mut write::Writer::new(&mut out))?;
    Ok(out)
}

/// Reads a value written by [`to_bytes`] of the same type.
pub(super) fn from_bytes<T: DeserializeOwned + 'static>(bytes: Vec<u8>) -> Result<T, CodecError> {
    let bytes = match bulk::read::<T>(bytes) {
        Ok(value) => return Ok(value),
        Err(bytes) => bytes,
    };
    let mut reader = read::Reader::new(&bytes);
    let value = T::deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
