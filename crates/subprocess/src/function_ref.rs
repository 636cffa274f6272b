//! Functions among the values that are sent to a fresh process, which shares no memory with this one.
//!
//! A function goes by what it is. A function pointer is a place in an object file. A `fn` item has no bytes at all and is
//! made again from its type. A closure cannot go: what it captures is data of this process, of a layout that nobody but
//! the compiler knows; and one that captures a value without a size looks like one that captures nothing, although that
//! value may be the only one of its kind.
//!
//! What travels with the values is a number alone. What it stands for is noted in a table of the process that made it,
//! and a fresh process is given its parent's table before anything else, by this crate and not by a value. So no bytes,
//! wherever they come from, can be read as a function that was not handed to [`FunctionRef::of`] under the same type.

use std::any::{Any, TypeId, type_name};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::transmute;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::code_address::CodeAddress;
use crate::error::Error;

/// What a reference stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its type, as a number that is the same in every process of one build.
    kind: u64,
    /// Where a function pointer points; nothing for what its type alone says.
    pub code: Option<CodeAddress>,
}

static TABLE: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

/// The table; a thread that forks holds this lock meanwhile.
pub(crate) fn lock() -> MutexGuard<'static, Vec<Entry>> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A function on its way into a fresh process, in a form that serde can carry.
///
/// ```
/// use subprocess::FunctionRef;
/// fn double(number: u32) -> u32 {
///     number * 2
/// }
/// fn apply((step, start): (FunctionRef, u32)) -> u32 {
///     step.resolve::<_, _, fn(u32) -> u32>().unwrap()(start)
/// }
/// let step = FunctionRef::of(&(double as fn(u32) -> u32))?;
/// assert_eq!(subprocess::spawn_with(apply, (step, 21)).join().unwrap(), 42);
/// # Ok::<(), subprocess::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionRef(u32);

impl FunctionRef {
    /// A reference to `function`: a function pointer, or a `fn` item.
    ///
    /// # Errors
    /// A closure, with the way out.
    pub fn of<A: 'static, T: 'static, F: Fn(A) -> T + 'static>(function: &F) -> Result<Self, Error> {
        match (function as &dyn Any).downcast_ref::<fn(A) -> T>() {
            Some(pointer) => Self::of_pointer(*pointer),
            None if is_item::<A, T, F>() => Self::note(Entry { kind: kind::<F>(), code: None }),
            None => Err(Error::bad_input(
                "a closure cannot start in a fresh process, which shares no memory with this one and has nothing of \
                 what it captures; write it as a plain `fn`, or use Processes(n), which forks, or process::fork",
            )),
        }
    }

    /// The function, in this process.
    ///
    /// # Errors
    /// It is of another type, or its machine code cannot be loaded.
    pub fn resolve<A: 'static, T: 'static, F: Fn(A) -> T + 'static>(self) -> Result<F, Error> {
        let mut slot = None::<F>;
        match (&mut slot as &mut dyn Any).downcast_mut::<Option<fn(A) -> T>>() {
            Some(slot) => *slot = Some(self.pointer()?),
            None => slot = self.entry::<F>().and_then(|_| item()),
        }
        slot.ok_or_else(wrong::<F>)
    }

    pub(crate) fn of_pointer<P: FnPointer>(function: P) -> Result<Self, Error> {
        Self::note(Entry { kind: kind::<P>(), code: Some(CodeAddress::of(function.address())?) })
    }

    pub(crate) fn pointer<P: FnPointer>(self) -> Result<P, Error> {
        let code = self.entry::<P>().and_then(|entry| entry.code).ok_or_else(wrong::<P>)?;
        // SAFETY: addresses in the table are those of `CodeAddress::of`, made in this process or in its parent, which
        // runs the same program; and this one was noted by `of_pointer` for a function of type `P`.
        unsafe { Ok(P::at(code.resolve()?)) }
    }

    fn note(entry: Entry) -> Result<Self, Error> {
        let mut table = lock();
        let number = table.iter().position(|known| *known == entry).unwrap_or_else(|| {
            table.push(entry);
            table.len() - 1
        });
        let number = u32::try_from(number);
        number.map(Self).map_err(|_| Error::unavailable("too many functions were sent to processes"))
    }

    /// What was noted under this number, if it was for a value of this type.
    fn entry<F: 'static>(self) -> Option<Entry> {
        lock().get(self.0 as usize).filter(|entry| entry.kind == kind::<F>()).cloned()
    }
}

/// A pointer to a plain function.
pub(crate) trait FnPointer: Copy + 'static {
    /// Where the function is in this process.
    fn address(self) -> *const ();

    /// The function at an address.
    ///
    /// # Safety
    /// A function of this very type lies there.
    unsafe fn at(address: *const ()) -> Self;
}

macro_rules! fn_pointer {
    ($pointer:ty, $($generic:ident),*) => {
        impl<$($generic: 'static),*> FnPointer for $pointer {
            fn address(self) -> *const () {
                self as *const ()
            }

            unsafe fn at(address: *const ()) -> Self {
                // SAFETY: by the contract of this function.
                unsafe { transmute::<*const (), $pointer>(address) }
            }
        }
    };
}

fn_pointer!(fn() -> T, T);
fn_pointer!(fn(A) -> T, A, T);

fn wrong<F>() -> Error {
    Error::format(format!("this is no reference to a {}", type_name::<F>()))
}

/// A type as a number: the compiler's own number for it, which is the same in all processes that run one build.
fn kind<F: 'static>() -> u64 {
    let mut hasher = DefaultHasher::new();
    TypeId::of::<F>().hash(&mut hasher);
    hasher.finish()
}

/// Whether a type is that of a `fn` item.
///
/// Types without a size that can be called are those of `fn` items and of closures that capture nothing with a size, and
/// of no others: stable Rust lets nobody implement `Fn`. The name of a closure's type has braces ("{{closure}}"), that of an
/// item does not, being a path.
fn is_item<A, T, F: Fn(A) -> T>() -> bool {
    size_of::<F>() == 0 && !type_name::<F>().contains('{')
}

/// The value of the type of a `fn` item, which has just one; `None` for any other type.
fn item<A, T, F: Fn(A) -> T>() -> Option<F> {
    // SAFETY: a read of no bytes needs only a non-null aligned address, which `dangling` gives. The type of a `fn` item is
    // inhabited, holds nothing, and is `Copy`.
    is_item::<A, T, F>().then(|| unsafe { NonNull::<F>::dangling().as_ptr().read() })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::error::ErrorKind;

    type Pointer = fn(usize) -> u64;

    fn square(i: usize) -> u64 {
        (i * i) as u64
    }

    fn twice<T: Into<u64>>(value: T) -> u64 {
        value.into() * 2
    }

    fn there_and_back<A: 'static, T: 'static, F: Fn(A) -> T + 'static>(function: F) -> Result<F, Error> {
        FunctionRef::of(&function)?.resolve()
    }

    #[test]
    fn functions_arrive_as_what_they_were() {
        assert_eq!(there_and_back(square).unwrap()(7), 49);
        assert_eq!(there_and_back(twice::<u32>).unwrap()(7), 14);
        assert_eq!(there_and_back(square as Pointer).unwrap()(7), 49);
        assert_eq!(there_and_back((|i| i as u64 + 1) as Pointer).unwrap()(7), 8);
    }

    #[test]
    fn a_closure_is_refused_with_a_way_out() {
        let add = 3;
        let error = there_and_back(move |i: usize| (i + add) as u64).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadInput);
        assert!(error.to_string().contains("process::fork"), "{error}");
    }

    #[test]
    fn a_token_without_a_size_is_not_made_a_second_time() {
        /// One of a kind: neither copied nor cloned, and without a destructor that would tell it from plain data.
        struct Token(());
        static MADE: AtomicUsize = AtomicUsize::new(0);
        impl Token {
            fn take() -> Option<Self> {
                (MADE.fetch_add(1, Ordering::Relaxed) == 0).then_some(Self(()))
            }
        }
        let token = Token::take().unwrap();
        let closure = move |i: usize| {
            let Token(()) = token;
            i as u64
        };
        assert_eq!(size_of_val(&closure), 0);
        assert!(there_and_back(closure).is_err(), "there would be two tokens");
        assert!(Token::take().is_none());
    }

    #[test]
    fn a_reference_is_good_for_its_own_type_alone() {
        let item = FunctionRef::of(&square).unwrap();
        assert_eq!(item.resolve::<_, _, Pointer>().unwrap_err().kind(), ErrorKind::Format);
        let pointer = FunctionRef::of(&(square as Pointer)).unwrap();
        assert!(pointer.resolve::<_, _, fn(u64) -> u64>().is_err());
        assert!(pointer.resolve::<_, _, fn(usize) -> i64>().is_err());
        assert!(FunctionRef(u32::MAX).resolve::<_, _, Pointer>().is_err());
        assert_eq!(FunctionRef::of(&(square as Pointer)).unwrap(), pointer);
    }
}
