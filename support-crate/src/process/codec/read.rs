//! Reading: tags and bytes, turned into what serde asks for.

use serde::de::{self, DeserializeSeed, Visitor};

use super::{CodecError, Tag};

/// Reads values, one after the other, from a buffer.
pub(super) struct Reader<'de> {
    rest: &'de [u8],
}

fn broken(what: &str) -> CodecError {
    CodecError(format!("the bytes are not a value: {what}"))
}

impl<'de> Reader<'de> {
    pub fn new(bytes: &'de [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Nothing may be left over.
    pub fn end(&self) -> Result<(), CodecError> {
        if self.rest.is_empty() { Ok(()) } else { Err(broken("something follows it")) }
    }

    fn peek(&self) -> Result<Tag, CodecError> {
        let byte = self.rest.first().ok_or_else(|| broken("it ends early"))?;
        Tag::from_byte(*byte).ok_or_else(|| broken("an unknown tag"))
    }

    fn tag(&mut self) -> Result<Tag, CodecError> {
        let tag = self.peek()?;
        self.rest = &self.rest[1..];
        Ok(tag)
    }

    fn take(&mut self, length: usize) -> Result<&'de [u8], CodecError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(|| broken("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| broken("it ends early"))?;
        self.rest = rest;
        Ok(*taken)
    }

    fn length(&mut self) -> Result<usize, CodecError> {
        let mut length = 0usize;
        for shift in (0..usize::BITS).step_by(7) {
            let [byte] = self.array()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(length);
            }
        }
        Err(broken("a length without end"))
    }

    fn bytes(&mut self) -> Result<&'de [u8], CodecError> {
        let length = self.length()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'de str, CodecError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| broken("a string that is not UTF-8"))
    }

    /// Reads a number whose tag was read already.
    #[inline]
    fn number<V: Visitor<'de>>(&mut self, tag: Tag, visitor: V) -> Result<V::Value, CodecError> {
        match tag {
            Tag::U8 => visitor.visit_u8(u8::from_le_bytes(self.array()?)),
            Tag::U16 => visitor.visit_u16(u16::from_le_bytes(self.array()?)),
            Tag::U32 => visitor.visit_u32(u32::from_le_bytes(self.array()?)),
            Tag::U64 => visitor.visit_u64(u64::from_le_bytes(self.array()?)),
            Tag::I8 => visitor.visit_i8(i8::from_le_bytes(self.array()?)),
            Tag::I16 => visitor.visit_i16(i16::from_le_bytes(self.array()?)),
            Tag::I32 => visitor.visit_i32(i32::from_le_bytes(self.array()?)),
            Tag::I64 => visitor.visit_i64(i64::from_le_bytes(self.array()?)),
            Tag::F32 => visitor.visit_f32(f32::from_le_bytes(self.array()?)),
            Tag::F64 => visitor.visit_f64(f64::from_le_bytes(self.array()?)),
            // serde holds values of untagged enums back in a form that knows no 128 bits: give 64 where they do.
            Tag::U128 => {
                let value = u128::from_le_bytes(self.array()?);
                match u64::try_from(value) {
                    Ok(small) => visitor.visit_u64(small),
                    Err(_) => visitor.visit_u128(value),
                }
            }
            Tag::I128 => {
                let value = i128::from_le_bytes(self.array()?);
                match i64::try_from(value) {
                    Ok(small) => visitor.visit_i64(small),
                    Err(_) => visitor.visit_i128(value),
                }
            }
            Tag::Bool => {
                let [byte] = self.array()?;
                visitor.visit_bool(byte != 0)
            }
            Tag::Char => {
                let number = u32::from_le_bytes(self.array()?);
                visitor.visit_char(char::from_u32(number).ok_or_else(|| broken("a number that is no char"))?)
            }
            _ => Err(broken("a tag where no value may begin")),
        }
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = CodecError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.tag()? {
            Tag::Unit => visitor.visit_unit(),
            Tag::None => visitor.visit_none(),
            Tag::Some => visitor.visit_some(self),
            Tag::Str | Tag::Variant => visitor.visit_borrowed_str(self.text()?),
            Tag::Bytes => visitor.visit_borrowed_bytes(self.bytes()?),
            Tag::Seq => {
                let mut items = Items { reader: self, tag: Tag::End, left: 0 };
                let value = visitor.visit_seq(&mut items)?;
                items.close()?;
                Ok(value)
            }
            Tag::Map => {
                let value = visitor.visit_map(Entries { reader: self })?;
                match self.tag()? {
                    Tag::End => Ok(value),
                    _ => Err(broken("a map has more entries than expected")),
                }
            }
            Tag::Holding => {
                let name = self.text()?;
                visitor.visit_map(Single { reader: self, name: Some(name) })
            }
            number => self.number(number, visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        if self.peek()? != Tag::U128 {
            return self.deserialize_any(visitor);
        }
        self.tag()?;
        visitor.visit_u128(u128::from_le_bytes(self.array()?))
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        if self.peek()? != Tag::I128 {
            return self.deserialize_any(visitor);
        }
        self.tag()?;
        visitor.visit_i128(i128::from_le_bytes(self.array()?))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.peek()? {
            Tag::None | Tag::Some => self.deserialize_any(visitor),
            // Written by hand as unit or as the bare value, as some types do.
            Tag::Unit => {
                self.tag()?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        match self.tag()? {
            Tag::Variant | Tag::Str => visitor.visit_enum(Variant { reader: self, holds: false }),
            Tag::Holding => visitor.visit_enum(Variant { reader: self, holds: true }),
            _ => Err(broken("no variant where an enum is expected")),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The elements of a sequence.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// Type of the numbers of the run that is open.
    tag: Tag,
    /// How many of them are left.
    left: u32,
}

impl Items<'_, '_> {
    fn close(self) -> Result<(), CodecError> {
        match (self.left, self.reader.tag()?) {
            (0, Tag::End) => Ok(()),
            _ => Err(broken("a sequence has more elements than expected")),
        }
    }

    fn begin_run(&mut self) -> Result<(), CodecError> {
        self.reader.tag()?;
        self.tag = self.reader.tag()?;
        self.left = u32::from_le_bytes(self.reader.array()?);
        if self.left == 0 { Err(broken("a run of no numbers")) } else { Ok(()) }
    }
}

impl<'de> de::SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = CodecError;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, CodecError> {
        if self.left == 0 {
            match self.reader.peek()? {
                Tag::End => return Ok(None),
                Tag::Run => self.begin_run()?,
                _ => return seed.deserialize(&mut *self.reader).map(Some),
            }
        }
        self.left -= 1;
        seed.deserialize(Number { reader: self.reader, tag: self.tag }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        (self.left > 0).then_some(self.left as usize)
    }
}

/// A number of a run: its tag was told once, for all.
struct Number<'r, 'de> {
    reader: &'r mut Reader<'de>,
    tag: Tag,
}

impl<'de> de::Deserializer<'de> for Number<'_, 'de> {
    type Error = CodecError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        self.reader.number(self.tag, visitor)
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.tag {
            Tag::U128 => visitor.visit_u128(u128::from_le_bytes(self.reader.array()?)),
            tag => self.reader.number(tag, visitor),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        match self.tag {
            Tag::I128 => visitor.visit_i128(i128::from_le_bytes(self.reader.array()?)),
            tag => self.reader.number(tag, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CodecError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// The entries of a map or struct.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'de> de::MapAccess<'de> for Entries<'_, 'de> {
    type Error = CodecError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, CodecError> {
        if self.reader.peek()? == Tag::End {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, CodecError> {
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant that holds something, for a type that does not expect an enum: a map of one entry.
struct Single<'r, 'de> {
    reader: &'r mut Reader<'de>,
    name: Option<&'de str>,
}

impl<'de> de::MapAccess<'de> for Single<'_, 'de> {
    type Error = CodecError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, CodecError> {
        let name = self.name.take();
        name.map(|name| seed.deserialize(de::value::BorrowedStrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, CodecError> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The variant of an enum, its tag read already.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    holds: bool,
}

impl<'de> Variant<'_, 'de> {
    fn held(&mut self) -> Result<&mut Reader<'de>, CodecError> {
        if self.holds {
            Ok(self.reader)
        } else {
            Err(broken("a variant holds nothing, but something is expected"))
        }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), CodecError> {
        let name = self.reader.text()?;
        Ok((seed.deserialize(de::value::BorrowedStrDeserializer::new(name))?, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = CodecError;

    fn unit_variant(self) -> Result<(), CodecError> {
        if self.holds { Err(broken("a variant holds something, but nothing is expected")) } else { Ok(()) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, CodecError> {
        seed.deserialize(self.held()?)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _length: usize, visitor: V) -> Result<V::Value, CodecError> {
        de::Deserializer::deserialize_any(self.held()?, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CodecError> {
        de::Deserializer::deserialize_any(self.held()?, visitor)
    }
}
