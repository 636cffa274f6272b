//! Functions of this program in a program that was built apart from it, such as the ranks of an MPI job: that program loads the
//! shared objects that the functions lie in, and hands them tasks.
//!
//! This side makes an [`order`]. How it travels is the two programs' affair. The other one gives it to [`serve`], together with a
//! way to ask for tasks and to send back what became of them.

use std::ffi::c_void;
use std::fs::File;
use std::io::{self, Read};
use std::marker::PhantomData;
use std::mem::transmute;
use std::path::{Path, PathBuf};
use std::ptr;
use std::slice;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use crate::frame::Kind;

use crate::code_address::CodeAddress;
use crate::error::Error;
use crate::fresh::{Start, begin};
use crate::link::{Host, Link};
use crate::{codec, workers};

/// A number that two builds of this crate share if they speak the same language.
pub const LANGUAGE: u64 = language(&[
    include_bytes!("code_address.rs"),
    include_bytes!("codec/mod.rs"),
    include_bytes!("hosted.rs"),
    include_bytes!("link.rs"),
    include_bytes!("fresh.rs"),
    include_bytes!("frame.rs"),
]);

/// A number that stands for these source files.
pub const fn language(sources: &[&[u8]]) -> u64 {
    let (mut sum, mut file) = (0, 0);
    while file < sources.len() {
        sum = hash(sum, sources[file]);
        file += 1;
    }
    sum
}

/// The file of the program itself.
const PROGRAM: &str = "/proc/self/exe";

/// What is sent ahead of all tasks.
#[derive(Serialize, Deserialize)]
struct Order {
    /// Where to enter.
    entry: CodeAddress,
    /// The files that are loaded, each with the hash of its content.
    objects: Vec<(PathBuf, u64)>,
    start: Vec<u8>,
    arguments: Vec<u8>,
}

/// What another program needs to run tasks: there, `make` turns the arguments into the function that does.
///
/// # Errors
/// Arguments that cannot be encoded, or machine code that lies in no file.
pub fn order<A, G, T>(make: fn(A) -> G, arguments: A, _: PhantomData<T>) -> Result<Vec<u8>, Error>
where
    A: Serialize + DeserializeOwned + 'static,
    G: FnMut(usize) -> T + 'static,
    T: Serialize + 'static,
{
    let arguments = codec::into_bytes(arguments)?;
    let start = Start::of(workers::serve::<A, G, T>, make)?;
    let entry = CodeAddress::of(hosted_entry as *const ())?;
    let named = start.objects().chain([entry.object.as_path()]);
    // What lies in this program itself can be called in another process of this program alone.
    let file = |object: &Path| if object.as_os_str().is_empty() { PROGRAM.into() } else { object.to_owned() };
    let mut objects: Vec<PathBuf> = named.map(file).collect();
    objects.sort();
    objects.dedup();
    let entered = file(&entry.object);
    let hashed = objects.into_iter().filter_map(|object| match content(&object) {
        Ok(hash) => Some(Ok((object, hash))),
        // A file that is gone held a function of some time ago, which is not called any more.
        Err(_) if object != entered => None,
        Err(error) => Some(Err(Error::unavailable(format!("{} cannot be read: {error}", object.display())))),
    });
    let objects = hashed.collect::<Result<_, _>>()?;
    codec::into_bytes(Order { entry, objects, start: codec::into_bytes(start)?, arguments })
}

/// The order to run one task; `flag` is that of the [`Observer`](crate::Observer).
pub fn task(index: usize, flag: u64) -> Vec<u8> {
    codec::to_bytes(&(index, flag)).unwrap_or_default()
}

/// How a program that hosts functions reaches whoever sent them.
pub trait Parent {
    /// Waits for the next order, one of [`task`]; `None` for no more.
    fn next(&mut self) -> Option<Vec<u8>>;
    /// Sends what became of it; `false` once nobody listens.
    fn tell(&mut self, kind: Kind, body: &[u8]) -> bool;
}

/// Loads what an [`order`] names, and runs tasks for as long as there are any.
///
/// It goes by `number`, and its clock is `clock` nanoseconds behind that of whoever sent the order. That the files are those which
/// the sender runs is checked.
///
/// # Safety
/// [`order`] made these bytes, in a program whose [`LANGUAGE`] is this one's, and the files that it names are code which this program
/// trusts as it trusts its own.
///
/// # Errors
/// A file that is not there, or has another content; code that cannot be loaded; bytes that are no order.
pub unsafe fn serve(order: Vec<u8>, number: u32, clock: i64, parent: &mut dyn Parent) -> Result<(), Error> {
    let Order { entry, objects, start, arguments } = codec::from_bytes(order)?;
    objects.iter().try_for_each(|(object, hash)| check(object, *hash))?;
    let entry: Entry = if entry.object.as_os_str().is_empty() {
        hosted_entry
    } else {
        // SAFETY: by the contract of this function `order` took this address by `CodeAddress::of`, and it named the file among the
        // objects, whose content is that which it saw there.
        unsafe { transmute::<*const (), Entry>(entry.resolve()?) }
    };
    let mut call = Call { first: [start, arguments].into_iter(), kept: Vec::new(), parent };
    let host = Host { context: (&raw mut call).cast(), read, write, number, clock };
    // SAFETY: the entry is `hosted_entry` of a build that speaks the same language, by the contract of this function; `host`
    // and what it points at live until it returns, and nothing else uses `call` meanwhile.
    unsafe { entry(&host) };
    Ok(())
}

/// Where hosted code is entered. It returns when there are no more orders.
type Entry = unsafe extern "C" fn(*const Host);

/// # Safety
/// `host` is as [`Host::at`] wants it, and what it reads first is a [`Start`] of this program.
unsafe extern "C" fn hosted_entry(host: *const Host) {
    // SAFETY: by the contract of this function.
    unsafe { begin(Link::Host(Host::at(host))) };
}

/// What the hosted code is given to call back with.
struct Call<'a> {
    first: std::array::IntoIter<Vec<u8>, 2>,
    /// The order that is being read.
    kept: Vec<u8>,
    parent: &'a mut dyn Parent,
}

/// # Safety
/// `context` is a [`Call`] that nobody else uses now, `length` a place to write to.
unsafe extern "C" fn read(context: *mut c_void, length: *mut usize) -> *const u8 {
    // SAFETY: by the contract of this function.
    let (call, length) = unsafe { (&mut *context.cast::<Call<'_>>(), &mut *length) };
    let Some(order) = call.first.next().or_else(|| call.parent.next()) else { return ptr::null() };
    call.kept = order;
    *length = call.kept.len();
    call.kept.as_ptr()
}

/// # Safety
/// `context` is a [`Call`] that nobody else uses now, and `length` bytes lie at `body`.
unsafe extern "C" fn write(context: *mut c_void, kind: u8, body: *const u8, length: usize) -> bool {
    // SAFETY: by the contract of this function.
    let (call, body) = unsafe { (&mut *context.cast::<Call<'_>>(), slice::from_raw_parts(body, length)) };
    Kind::of(kind).is_some_and(|kind| call.parent.tell(kind, body))
}

/// Finds a file that is missing here, or is another one.
fn check(object: &Path, expected: u64) -> Result<(), Error> {
    let named = object.display();
    match content(object) {
        Ok(hash) if hash == expected => Ok(()),
        Ok(_) if object == Path::new(PROGRAM) => Err(Error::unavailable(
            "the function is part of a program, and the worker is another one: call `ranks::world` first thing in its `main`",
        )),
        Ok(_) => Err(Error::unavailable(format!("{named} is another file here than where it was compiled"))),
        Err(error) => Err(Error::unavailable(format!(
            "{named} cannot be read here ({error}): it has to lie in a folder that both share"
        ))),
    }
}

/// The hash of a file's content.
fn content(file: &Path) -> io::Result<u64> {
    let (mut file, mut piece, mut sum) = (File::open(file)?, vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(sum),
            read => sum = hash(sum, &piece[..read]),
        }
    }
}

/// Mixes bytes into a hash, eight at a time (FNV-1a on words: it finds files that differ by accident).
const fn hash(mut sum: u64, bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut at = 0;
    while at < words.len() {
        sum = (sum ^ u64::from_le_bytes(words[at])).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
        at += 1;
    }
    at = 0;
    while at < rest.len() {
        sum = (sum ^ rest[at] as u64).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
        at += 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out orders, and keeps what is told.
    struct Told(Vec<Vec<u8>>, Vec<(Kind, Vec<u8>)>);

    impl Parent for Told {
        fn next(&mut self) -> Option<Vec<u8>> {
            self.0.pop()
        }

        fn tell(&mut self, kind: Kind, body: &[u8]) -> bool {
            self.1.push((kind, body.to_vec()));
            true
        }
    }

    fn scaled(by: usize) -> impl FnMut(usize) -> usize {
        move |index| if index == 3 { panic!("no {index}") } else { index * by }
    }

    #[test]
    fn tasks_are_run_and_answered_until_there_are_no_more() {
        // In a process of its own: hosting changes how this one prints panics.
        let told = crate::fork(|| {
            let order = order(scaled, 5, PhantomData).unwrap();
            let mut told = Told([3, 7, 2].map(|index| task(index, 0)).to_vec(), Vec::new());
            // SAFETY: the order is this program's own.
            unsafe { serve(order, 1, 0, &mut told).unwrap() };
            told.1.into_iter().map(|(kind, body)| (kind as u8, body)).collect::<Vec<_>>()
        });
        let told = told.join().unwrap();
        let values = [10_usize, 35].map(|value| (Kind::Value as u8, codec::to_bytes(&value).unwrap()));
        assert_eq!(told[..2], values);
        assert_eq!(told[2], (Kind::Panic as u8, b"no 3".to_vec()));
    }

    #[test]
    fn a_file_that_is_another_one_or_missing_is_not_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cell.so");
        std::fs::write(&file, "one").unwrap();
        let hash = content(&file).unwrap();
        assert!(check(&file, hash).is_ok());
        std::fs::write(&file, "two").unwrap();
        assert!(check(&file, hash).unwrap_err().to_string().contains("is another file here"));
        std::fs::remove_file(&file).unwrap();
        assert!(check(&file, hash).unwrap_err().to_string().contains("a folder that both share"));
    }

    #[test]
    fn what_is_no_order_is_refused() {
        // SAFETY: these bytes cannot be decoded, so nothing is loaded.
        let error = unsafe { serve(vec![7; 40], 1, 0, &mut Told(Vec::new(), Vec::new())) }.unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Format);
    }
}
