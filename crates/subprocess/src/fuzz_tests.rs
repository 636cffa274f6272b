//! Bytes from anywhere, given to every decoder of this crate: an error or a value, never a panic, and no more memory than
//! the bytes are worth.
//!
//! `FUZZ_INPUTS=1000000 cargo test --release -p subprocess fuzz` runs more inputs than the usual 20,000; `FUZZ_SEED` other ones.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::code_address::CodeAddress;
use crate::codec::{from_bytes, to_bytes};
use crate::frame::Channel;
use crate::fresh::Start;
use crate::function_ref;
use crate::function_ref::FunctionRef;

/// No decoder may ask for more at once; serde makes room for 1 MiB of elements before it has seen any.
const MOST: usize = 4 << 20;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which notes the largest piece that this thread asked for.
struct Noting;

// SAFETY: every call is passed on as it is; the note is a thread's own word, which needs no memory and no destructor.
unsafe impl GlobalAlloc for Noting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.set(LARGEST.get().max(layout.size()));
        // SAFETY: by the contract of this function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: by the contract of this function.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.set(LARGEST.get().max(size));
        // SAFETY: by the contract of this function.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Noting = Noting;

fn variable(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// Bytes of no meaning, or valid ones with a few changed, cut off, added or doubled.
fn bytes(random: &mut Rng, valid: &[Vec<u8>]) -> Vec<u8> {
    if random.usize(..3) == 0 {
        return (0..random.usize(..200)).map(|_| random.u8(..)).collect();
    }
    let mut bytes = valid[random.usize(..valid.len())].clone();
    for _ in 0..random.usize(..4) {
        let at = random.usize(..=bytes.len());
        match random.usize(..6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.u8(..)),
            // The largest numbers that varints and plain integers hold.
            2 => drop(bytes.splice(at..at, [0xff; 9])),
            3 => bytes.extend_from_within(at..),
            _ => {
                let byte = random.u8(..);
                if let Some(old) = bytes.get_mut(at) {
                    *old = if random.bool() { byte } else { *old ^ (1 << (byte % 8)) };
                }
            }
        }
    }
    bytes
}

/// Runs `decode`, which tells whether there was a value, on many inputs.
fn each(what: &str, valid: &[Vec<u8>], mut decode: impl FnMut(&[u8]) -> bool) {
    let (inputs, mut values) = (variable("FUZZ_INPUTS", 20_000), 0);
    let mut random = Rng::with_seed(variable("FUZZ_SEED", 20_261_124));
    for _ in 0..inputs {
        let bytes = bytes(&mut random, valid);
        LARGEST.set(0);
        values += u64::from(decode(&bytes));
        assert!(LARGEST.get() <= MOST, "{what} asked for {} bytes because of {bytes:x?}", LARGEST.get());
    }
    println!("{what}: {inputs} inputs, {values} of them values");
    assert!(values > 0, "{what}: nothing was decoded");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Line(f64, f64),
    Named { name: String, parts: Vec<Shape> },
    Maybe(Option<Option<Box<Shape>>>),
}

type Mixed = (bool, char, i128, u64, f32, Result<String, Option<u8>>);

fn codec<T: Serialize + DeserializeOwned + Debug + 'static>(values: &[T]) {
    let valid: Vec<_> = values.iter().map(|value| to_bytes(value).unwrap()).collect();
    each(std::any::type_name::<T>(), &valid, |bytes| {
        let Ok(value) = from_bytes::<T>(bytes) else { return false };
        // What can be read is a value like any other.
        let _ = (format!("{value:?}"), to_bytes(&value).unwrap());
        true
    });
}

#[test]
fn fuzz_values() {
    let shape = Shape::Named {
        name: "a".into(),
        parts: vec![Shape::Point, Shape::Line(1.0, -2.5), Shape::Maybe(Some(None)), Shape::Maybe(None)],
    };
    codec::<Vec<u8>>(&[vec![], vec![7; 40]]);
    codec::<Vec<u64>>(&[vec![0, 1, 1 << 40, u64::MAX]]);
    codec::<Vec<[f64; 8]>>(&[vec![[0.5; 8]; 3]]);
    codec::<String>(&["a text with a \u{1f980}".into()]);
    codec::<Shape>(&[shape.clone(), Shape::Maybe(Some(Some(Box::new(shape))))]);
    codec::<Mixed>(&[(true, '\u{10ffff}', i128::MIN, 3, 0.5, Err(Some(1)))]);
    codec::<HashMap<String, Vec<u16>>>(&[HashMap::from([("key".into(), vec![1, 2, 3])])]);
    codec::<BTreeMap<(i8, Option<bool>), char>>(&[BTreeMap::from([
        ((1, None), 'x'),
        ((2, Some(true)), 'y'),
    ])]);
    codec::<(Duration, SystemTime)>(&[(Duration::from_millis(1500), SystemTime::UNIX_EPOCH)]);
    codec::<(PathBuf, Box<[u128]>)>(&[("/a/b".into(), vec![1 << 100].into())]);
}

#[test]
fn fuzz_frames() {
    let frame = |kind: u8, body: &[u8]| [&[kind], &(body.len() as u64).to_le_bytes()[..], body].concat();
    let valid = [frame(4, b"value"), frame(5, &[]), [frame(3, b"one"), frame(2, &[9; 300])].concat()];
    each("frames", &valid, |bytes| {
        let (ours, theirs) =
            socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::SOCK_CLOEXEC).unwrap();
        let mut channel = Channel::new(ours);
        let mut frames = 0;
        // In two parts, so that a frame may arrive in pieces.
        let (one, two) = bytes.split_at(bytes.len() / 2);
        for part in [one, two] {
            nix::unistd::write(&theirs, part).unwrap();
            loop {
                match channel.receive(false) {
                    Ok((_, body)) => {
                        frames += 1;
                        let _ = from_bytes::<(usize, u64)>(body);
                    }
                    Err(error) if error.kind() == ErrorKind::Other => return false,
                    Err(_) => break,
                }
            }
        }
        frames > 0
    });
}

#[test]
fn fuzz_start_messages_and_function_references() {
    fn double(number: u32) -> u32 {
        number.wrapping_mul(2)
    }
    let pointer = double as fn(u32) -> u32;
    let references = [FunctionRef::of(&pointer).unwrap(), FunctionRef::of(&double).unwrap()];
    let address = CodeAddress::of(pointer as *const ()).unwrap();
    let start = Start {
        trampoline: address.clone(),
        function: references[0],
        functions: function_ref::lock().clone(),
        observer: Some(address),
        flag: 1 << 60,
    };
    each("start messages", &[to_bytes(&start).unwrap()], |bytes| from_bytes::<Start>(bytes).is_ok());
    let valid = references.map(|reference| to_bytes(&reference).unwrap());
    each("function references", &valid, |bytes| {
        let Ok(reference) = from_bytes::<FunctionRef>(bytes) else { return false };
        // Whatever number it is: the very function, or none.
        let found = reference.resolve::<_, _, fn(u32) -> u32>();
        found.is_ok_and(|function| function(21) == 42)
    });
}
