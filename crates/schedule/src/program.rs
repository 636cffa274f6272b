//! A program as it is explored: what runs, and what tells it from any other.

use std::fmt;

/// A program that runs under the scheduler; [`replayed!`](crate::replayed) makes one.
#[derive(Clone, Copy)]
pub struct Program {
    name: &'static str,
    source: &'static str,
    run: fn() -> String,
}

impl Program {
    #[doc(hidden)]
    pub const fn new(name: &'static str, source: &'static str, run: fn() -> String) -> Self {
        Self { name, source, run }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Runs `main`: what it returns, as text.
    pub(crate) fn call(&self) -> String {
        (self.run)()
    }

    /// A number that another source has not: 64-bit FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), folded to 16 bits.
    pub(crate) fn identity(&self) -> u16 {
        let hash = self.source.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        (hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48)) as u16
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "program {}, not run yet", self.name)
    }
}

/// Makes a [`Program`] of a module with a `main`, whose threads, locks, atomics and channels are under control from then on.
///
/// The code in it is ordinary: whatever it names as `std::…` (or `tokio::…`, see [`controlled`](crate::controlled)) is found
/// there. Modules within it, and paths that begin with `::`, are not reached.
///
/// ```
/// use schedule::{Search, explore, replayed};
///
/// replayed! {
///     mod lost_update {
///         use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
///         use std::thread;
///
///         static NUMBER: AtomicU32 = AtomicU32::new(0);
///
///         fn main() -> u32 {
///             let add = || NUMBER.store(NUMBER.load(SeqCst) + 1, SeqCst);
///             let (one, other) = (thread::spawn(add), thread::spawn(add));
///             one.join().unwrap();
///             other.join().unwrap();
///             NUMBER.load(SeqCst)
///         }
///     }
/// }
///
/// let found = explore(lost_update, Search::default())?;
/// assert!(found.complete);
/// assert_eq!(found.orders, 6);
/// # Ok::<(), schedule::Refused>(())
/// ```
#[macro_export]
macro_rules! replayed {
    ($(#[$attribute:meta])* $visible:vis mod $name:ident { $($items:tt)* }) => {
        $(#[$attribute])*
        #[allow(dead_code, unused_imports, unused_macros, clippy::all)]
        $visible mod $name {
            use $crate::controlled as std;
            use $crate::controlled::tokio;
            use $crate::controlled::thread_local;
            use $crate::replayed_println as print;
            use $crate::replayed_println as println;
            use $crate::replayed_println as eprint;
            use $crate::replayed_println as eprintln;
            $($items)*
            #[doc(hidden)]
            pub const PROGRAM: $crate::Program = $crate::Program::new(
                stringify!($name), stringify!($($items)*), || format!("{:?}", main()),
            );
        }
        #[allow(non_upper_case_globals, dead_code)]
        $visible const $name: $crate::Program = $name::PROGRAM;
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! replayed_println {
    ($($part:tt)*) => { $crate::controlled::print(format!($($part)*)) };
}
