//! Looks through a value before it is written, for what could not be read back as it was.

use std::fmt;

use serde::Serialize;
use serde::de::value::Error as Reason;
use serde::ser::{
    Error, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Takes in any value and writes nothing.
#[derive(Clone, Copy)]
pub(super) struct Check;

/// An error is why a value cannot be written.
type Checked<T = ()> = Result<T, Reason>;

fn known(length: Option<usize>) -> Checked<Check> {
    length.map(|_| Check).ok_or_else(|| {
        Reason::custom(
            "part of it does not tell its length before it is written (#[serde(flatten)] has that effect); name its \
             fields one by one",
        )
    })
}

/// What can be read back, whatever its arguments are.
macro_rules! always {
    ($answer:expr, $type:ty; $($method:ident($($argument:ty),*)),*) => {
        $(fn $method(self, $(_: $argument),*) -> Checked<$type> {
            Ok($answer)
        })*
    };
}

/// Values that hold one other.
macro_rules! wrappers {
    ($($method:ident($($argument:ty),*)),*) => {
        $(fn $method<T: Serialize + ?Sized>(self, $(_: $argument,)* value: &T) -> Checked {
            value.serialize(self)
        })*
    };
}

impl Serializer for Check {
    type Ok = ();
    type Error = Reason;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    always! { (), ();
        serialize_bool(bool), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_u128(u128),
        serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64), serialize_i128(i128),
        serialize_f32(f32), serialize_f64(f64), serialize_none(), serialize_unit(),
        serialize_unit_struct(&'static str), serialize_unit_variant(&'static str, u32, &'static str)
    }

    always! { Check, Check;
        serialize_tuple(usize), serialize_tuple_struct(&'static str, usize),
        serialize_tuple_variant(&'static str, u32, &'static str, usize), serialize_struct(&'static str, usize),
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    }

    wrappers! {
        serialize_some(), serialize_newtype_struct(&'static str),
        serialize_newtype_variant(&'static str, u32, &'static str)
    }

    fn serialize_seq(self, length: Option<usize>) -> Checked<Self> {
        known(length)
    }

    fn serialize_map(self, length: Option<usize>) -> Checked<Self> {
        known(length)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Checked {
        Ok(())
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Values that hold several others, and the methods that are given each; of a field that is left out those with names hear.
macro_rules! holders {
    ($($holder:ident { $($method:ident($($name:ty)?)),* $(; $skip:ident)? })*) => {
        $(impl $holder for Check {
            type Ok = ();
            type Error = Reason;

            $(fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Checked {
                value.serialize(*self)
            })*

            $(fn $skip(&mut self, field: &'static str) -> Checked {
                Err(Reason::custom(format!(
                    "its field `{field}` is left out when it is written; take #[serde(skip_serializing_if)] away"
                )))
            })?

            fn end(self) -> Checked {
                Ok(())
            }
        })*
    };
}

holders! {
    SerializeSeq { serialize_element() }
    SerializeTuple { serialize_element() }
    SerializeTupleStruct { serialize_field() }
    SerializeTupleVariant { serialize_field() }
    SerializeMap { serialize_key(), serialize_value() }
    SerializeStruct { serialize_field(&'static str); skip_field }
    SerializeStructVariant { serialize_field(&'static str); skip_field }
}
