//! `OnceLock` and `LazyLock` under control.

use std::ops::Deref;
use std::panic::Location;

use super::atomic::Used;
use super::lock::refuse_static;

/// `std::sync::OnceLock` under control.
#[derive(Debug)]
pub struct OnceLock<T> {
    once: shuttle::sync::Once,
    value: std::sync::OnceLock<T>,
    used: Used,
}

impl<T> OnceLock<T> {
    /// Without a value.
    pub const fn new() -> Self {
        Self { once: shuttle::sync::Once::new(), value: std::sync::OnceLock::new(), used: Used::never() }
    }

    /// The value, if there is one.
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Gives it a value.
    ///
    /// # Errors
    /// The value, if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("called once"));
        value.map_or(Ok(()), Err)
    }

    /// The value, made by the first who asks.
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if self.used.earlier() {
            refuse_static("OnceLock", Location::caller());
        }
        self.once.call_once(|| drop(self.value.set(make())));
        self.value.get_or_init(|| unreachable!("it was made just now"))
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// `std::sync::LazyLock` under control.
#[derive(Debug)]
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    make: F,
}

impl<T, F: Fn() -> T> LazyLock<T, F> {
    /// A value that the first who asks makes.
    pub const fn new(make: F) -> Self {
        Self { value: OnceLock::new(), make }
    }

    /// The value, made if it was not.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.get_or_init(&this.make)
    }
}

impl<T, F: Fn() -> T> Deref for LazyLock<T, F> {
    type Target = T;
    fn deref(&self) -> &T {
        Self::force(self)
    }
}
