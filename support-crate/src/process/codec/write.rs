//! Writing: serde's view of a value, turned into tags and bytes.

use serde::ser::{self, Serialize};

use super::{CodecError, Tag};

/// Writes values, one after the other, to a buffer.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    /// Within a sequence: the run that the last element went to.
    run: Option<Run>,
    /// Whether the value to come is an element of a sequence, which a run may take.
    element: bool,
}

/// Numbers of one type, one after the other.
struct Run {
    tag: Tag,
    /// Where its count stands.
    at: usize,
    count: u32,
}

impl<'a> Writer<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, run: None, element: false }
    }

    fn tag(&mut self, tag: Tag) {
        self.out.push(tag as u8);
    }

    /// A number: on its own, or as the next of a run.
    #[inline]
    fn number<const N: usize>(&mut self, tag: Tag, bytes: [u8; N]) {
        if self.element {
            self.next_of_run(tag);
        } else {
            self.tag(tag);
        }
        self.out.extend_from_slice(&bytes);
    }

    #[inline]
    fn next_of_run(&mut self, tag: Tag) {
        if let Some(run) = &mut self.run
            && run.tag == tag
            && run.count < u32::MAX
        {
            run.count += 1;
        } else {
            self.begin_run(tag);
        }
    }

    #[cold]
    fn begin_run(&mut self, tag: Tag) {
        self.end_run();
        self.tag(Tag::Run);
        self.tag(tag);
        self.run = Some(Run { tag, at: self.out.len(), count: 1 });
        self.out.extend_from_slice(&[0; 4]);
    }

    /// Fills in the count of the run that is open, if one is.
    fn end_run(&mut self) {
        if let Some(Run { at, count, .. }) = self.run.take() {
            self.out[at..at + 4].copy_from_slice(&count.to_le_bytes());
        }
    }

    /// Ahead of anything that is no number.
    fn leave_run(&mut self) {
        if self.element {
            self.end_run();
            self.element = false;
        }
    }

    fn length(&mut self, length: usize) {
        length_to(self.out, length);
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    fn open(&mut self, tag: Tag) -> Compound<'_, 'a> {
        self.leave_run();
        self.tag(tag);
        Compound { writer: self, runs: tag == Tag::Seq }
    }

    fn open_variant(&mut self, variant: &str, tag: Tag) -> Compound<'_, 'a> {
        self.leave_run();
        self.tag(Tag::Holding);
        self.text(variant);
        self.tag(tag);
        // Few values of many types, as in a tuple.
        Compound { writer: self, runs: false }
    }
}

/// Writes a length: seven bits a byte, the lowest first, the eighth set while more follow.
pub(super) fn length_to(out: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
}

/// Writes number types, each under its tag.
macro_rules! numbers {
    ($($method:ident $type:ty, $tag:ident;)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<(), CodecError> {
            self.number(Tag::$tag, value.to_le_bytes());
            Ok(())
        }
    )*};
}

impl<'b, 'a> ser::Serializer for &'b mut Writer<'a> {
    type Ok = ();
    type Error = CodecError;
    type SerializeSeq = Compound<'b, 'a>;
    type SerializeTuple = Compound<'b, 'a>;
    type SerializeTupleStruct = Compound<'b, 'a>;
    type SerializeTupleVariant = Compound<'b, 'a>;
    type SerializeMap = Compound<'b, 'a>;
    type SerializeStruct = Compound<'b, 'a>;
    type SerializeStructVariant = Compound<'b, 'a>;

    numbers! {
        serialize_u8 u8, U8;
        serialize_u16 u16, U16;
        serialize_u32 u32, U32;
        serialize_u64 u64, U64;
        serialize_u128 u128, U128;
        serialize_i8 i8, I8;
        serialize_i16 i16, I16;
        serialize_i32 i32, I32;
        serialize_i64 i64, I64;
        serialize_i128 i128, I128;
        serialize_f32 f32, F32;
        serialize_f64 f64, F64;
    }

    fn serialize_bool(self, value: bool) -> Result<(), CodecError> {
        self.number(Tag::Bool, [u8::from(value)]);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), CodecError> {
        self.number(Tag::Char, u32::from(value).to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Str);
        self.text(text);
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Bytes);
        self.length(bytes.len());
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::None);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Some);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Unit);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), CodecError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _at: u32,
        variant: &'static str,
    ) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Variant);
        self.text(variant);
        Ok(())
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _at: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.leave_run();
        self.tag(Tag::Holding);
        self.text(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(self.open(Tag::Seq))
    }

    fn serialize_tuple(self, _length: usize) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(Compound { runs: false, ..self.open(Tag::Seq) })
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Compound<'b, 'a>, CodecError> {
        self.serialize_tuple(length)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _at: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(self.open_variant(variant, Tag::Seq))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(self.open(Tag::Map))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(self.open(Tag::Map))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _at: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'b, 'a>, CodecError> {
        Ok(self.open_variant(variant, Tag::Map))
    }
}

/// A sequence, tuple, map or struct that is open.
pub(super) struct Compound<'b, 'a> {
    writer: &'b mut Writer<'a>,
    /// Whether numbers in it go to runs.
    runs: bool,
}

impl Compound<'_, '_> {
    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.writer.element = self.runs;
        let result = value.serialize(&mut *self.writer);
        self.writer.element = false;
        result
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), CodecError> {
        self.value(name)?;
        self.value(value)
    }

    fn close(self) -> Result<(), CodecError> {
        self.writer.end_run();
        self.writer.tag(Tag::End);
        Ok(())
    }
}

/// The traits for what is open differ in names only.
macro_rules! compounds {
    ($($trait:ident $method:ident;)*) => {$(
        impl ser::$trait for Compound<'_, '_> {
            type Ok = ();
            type Error = CodecError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
                self.value(value)
            }

            fn end(self) -> Result<(), CodecError> {
                self.close()
            }
        }
    )*};
}

compounds! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

impl ser::SerializeMap for Compound<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), CodecError> {
        self.value(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CodecError> {
        self.value(value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.close()
    }
}

impl ser::SerializeStruct for Compound<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.close()
    }
}

impl ser::SerializeStructVariant for Compound<'_, '_> {
    type Ok = ();
    type Error = CodecError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecError> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), CodecError> {
        self.close()
    }
}
