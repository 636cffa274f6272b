//! `std::sync::atomic` under control: every operation is a step of its own, and all of them have one order.

use std::panic::Location;
use std::sync::atomic::Ordering::SeqCst;

pub use std::sync::atomic::{Ordering, compiler_fence, fence};

use crate::run::{self, Operation};

/// In which run a value was last used: what a `static` holds must not reach from one run into the next.
#[derive(Debug)]
pub(super) struct Used(std::sync::atomic::AtomicU32);

impl Used {
    pub const fn never() -> Self {
        Self(std::sync::atomic::AtomicU32::new(0))
    }

    /// Whether it was used, but in an earlier run.
    pub fn earlier(&self) -> bool {
        let now = run::with(|run| run.number).unwrap_or(0);
        let before = self.0.swap(now, SeqCst);
        before != now && before != 0
    }
}

macro_rules! atomic {
    ($($name:ident, $value:ty, [$($fetch:ident)*];)*) => {$(
        #[doc = concat!("`std::sync::atomic::", stringify!($name), "` under control.")]
        pub struct $name {
            inner: std::sync::atomic::$name,
            initial: $value,
            used: Used,
        }

        impl $name {
            /// A number with this value.
            pub const fn new(initial: $value) -> Self {
                Self { inner: std::sync::atomic::$name::new(initial), initial, used: Used::never() }
            }

            #[track_caller]
            fn step<R>(
                &self,
                kind: &'static str,
                act: impl FnOnce(&std::sync::atomic::$name) -> R,
                tell: impl FnOnce(&R) -> String,
            ) -> R {
                if self.used.earlier() {
                    self.inner.store(self.initial, SeqCst);
                }
                let act = || {
                    run::turn();
                    act(&self.inner)
                };
                Operation::new(kind, self, Location::caller()).perform(act, tell)
            }

            /// Reads it.
            #[track_caller]
            pub fn load(&self, _: Ordering) -> $value {
                self.step("loads", |inner| inner.load(SeqCst), |seen| format!("{seen:?}"))
            }

            /// Writes it.
            #[track_caller]
            pub fn store(&self, value: $value, _: Ordering) {
                self.step("stores", |inner| inner.store(value, SeqCst), |_| format!("{value:?}"));
            }

            /// Writes it and gives what was there.
            #[track_caller]
            pub fn swap(&self, value: $value, _: Ordering) -> $value {
                let tell = |seen: &$value| format!("{value:?} for {seen:?}");
                self.step("swaps", |inner| inner.swap(value, SeqCst), tell)
            }

            /// Writes `new` if `current` is there.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                _: Ordering,
                _: Ordering,
            ) -> Result<$value, $value> {
                let act = |inner: &std::sync::atomic::$name| inner.compare_exchange(current, new, SeqCst, SeqCst);
                self.step("compares", act, |seen| match seen {
                    Ok(seen) => format!("{seen:?} and writes {new:?}"),
                    Err(seen) => format!("{seen:?}, which is not {current:?}"),
                })
            }

            /// As `compare_exchange`: it never fails without a reason here.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }

            /// Reads it and writes what `update` makes of it, again until nobody came between.
            ///
            /// # Errors
            /// What was there when `update` gave `None`.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut update: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut seen = self.load(fetch);
                while let Some(next) = update(seen) {
                    match self.compare_exchange(seen, next, set, fetch) {
                        Ok(before) => return Ok(before),
                        Err(other) => seen = other,
                    }
                }
                Err(seen)
            }

            $(
                /// Changes it in one step and gives what was there.
                #[track_caller]
                pub fn $fetch(&self, value: $value, _: Ordering) -> $value {
                    let tell = |seen: &$value| format!("{seen:?}, {} {value:?}", stringify!($fetch));
                    self.step("changes", |inner| inner.$fetch(value, SeqCst), tell)
                }
            )*

            /// The value, where nobody else can have it.
            pub fn get_mut(&mut self) -> &mut $value {
                self.inner.get_mut()
            }

            /// The value, where nobody else can have it.
            pub fn into_inner(self) -> $value {
                self.inner.into_inner()
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new(Default::default())
            }
        }

        impl From<$value> for $name {
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.inner.fmt(out)
            }
        }
    )*};
}

atomic! {
    AtomicBool, bool, [fetch_and fetch_nand fetch_or fetch_xor];
    AtomicI8, i8, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicI16, i16, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicI32, i32, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicI64, i64, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicIsize, isize, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicU8, u8, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicU16, u16, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicU32, u32, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicU64, u64, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
    AtomicUsize, usize, [fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min];
}
