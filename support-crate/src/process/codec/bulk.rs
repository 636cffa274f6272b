//! Long vectors of numbers, without asking serde about each number: the same bytes, several times sooner.

use std::any::Any;

use super::Tag;
use super::write::length_to;

/// Ahead of the numbers of a vector: sequence, run, tag and count.
const HEAD: usize = 7;

/// A number that runs hold.
trait Plain: Copy + 'static {
    const TAG: Tag;
    fn append(numbers: &[Self], out: &mut Vec<u8>);
    fn parse(bytes: &[u8]) -> Vec<Self>;
}

macro_rules! plain {
    ($($type:ident $tag:ident;)*) => {
        $(impl Plain for $type {
            const TAG: Tag = Tag::$tag;

            fn append(numbers: &[Self], out: &mut Vec<u8>) {
                let from = out.len();
                out.resize(from + size_of_val(numbers), 0);
                let (slots, _) = out[from..].as_chunks_mut();
                for (slot, number) in slots.iter_mut().zip(numbers) {
                    *slot = number.to_le_bytes();
                }
            }

            fn parse(bytes: &[u8]) -> Vec<Self> {
                let (numbers, _) = bytes.as_chunks();
                numbers.iter().map(|number| Self::from_le_bytes(*number)).collect()
            }
        })*

        /// The bytes of a value that is a vector of numbers, or a string; `None` for anything else.
        pub(super) fn write(value: &dyn Any) -> Option<Vec<u8>> {
            if let Some(bytes) = value.downcast_ref::<Vec<u8>>() {
                return write_bytes(bytes);
            }
            $(if let Some(numbers) = value.downcast_ref::<Vec<$type>>() {
                return write_run(numbers);
            })*
            let text = value.downcast_ref::<String>()?;
            let mut out = Vec::with_capacity(text.len() + 11);
            out.push(Tag::Str as u8);
            length_to(&mut out, text.len());
            out.extend_from_slice(text.as_bytes());
            Some(out)
        }

        /// The value, if it is a vector of numbers stored as one run; otherwise the bytes back.
        pub(super) fn read<T: 'static>(bytes: Vec<u8>) -> Result<T, Vec<u8>> {
            let mut slot: Option<T> = None;
            let rest = read_into(&mut slot, bytes);
            slot.ok_or(rest)
        }

        /// Fills in the value, which is an `Option` of it, or hands the bytes back.
        fn read_into(target: &mut dyn Any, bytes: Vec<u8>) -> Vec<u8> {
            if let Some(target) = target.downcast_mut::<Option<Vec<u8>>>() {
                // Bytes need no second buffer.
                return match read_bytes(bytes) {
                    Ok(bytes) => {
                        *target = Some(bytes);
                        Vec::new()
                    }
                    Err(bytes) => bytes,
                };
            }
            $(if let Some(target) = target.downcast_mut::<Option<Vec<$type>>>() {
                *target = read_run(&bytes);
            })*
            bytes
        }
    };
}

plain! { u8 U8; u16 U16; u32 U32; u64 U64; i8 I8; i16 I16; i32 I32; i64 I64; f32 F32; f64 F64; }

fn head<N: Plain>(count: u32) -> [u8; HEAD] {
    let [a, b, c, d] = count.to_le_bytes();
    [Tag::Seq as u8, Tag::Run as u8, N::TAG as u8, a, b, c, d]
}

fn write_run<N: Plain>(numbers: &[N]) -> Option<Vec<u8>> {
    written(numbers, N::append)
}

fn write_bytes(bytes: &[u8]) -> Option<Vec<u8>> {
    written(bytes, |bytes, out| out.extend_from_slice(bytes))
}

fn written<N: Plain>(numbers: &[N], append: impl FnOnce(&[N], &mut Vec<u8>)) -> Option<Vec<u8>> {
    // An empty vector has no run, and a longer one has several.
    let count = u32::try_from(numbers.len()).ok().filter(|count| *count > 0)?;
    let mut out = Vec::with_capacity(HEAD + size_of_val(numbers) + 1);
    out.extend_from_slice(&head::<N>(count));
    append(numbers, &mut out);
    out.push(Tag::End as u8);
    Some(out)
}

/// The bytes of the one run that makes up a whole vector.
fn only_run<N: Plain>(bytes: &[u8]) -> Option<&[u8]> {
    let (start, rest) = bytes.split_first_chunk::<HEAD>()?;
    let (end, numbers) = rest.split_last()?;
    let count = u32::try_from(numbers.len() / size_of::<N>()).ok()?;
    let whole = numbers.len() % size_of::<N>() == 0 && *end == Tag::End as u8 && *start == head::<N>(count);
    whole.then_some(numbers)
}

fn read_run<N: Plain>(bytes: &[u8]) -> Option<Vec<N>> {
    only_run::<N>(bytes).map(N::parse)
}

fn read_bytes(mut bytes: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
    if only_run::<u8>(&bytes).is_none() {
        return Err(bytes);
    }
    bytes.pop();
    bytes.drain(..HEAD);
    Ok(bytes)
}
