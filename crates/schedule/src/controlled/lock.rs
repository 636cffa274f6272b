//! `Mutex`, `RwLock` and `Condvar` under control.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::atomic::Used;
use crate::run::{self, At, Operation};

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct Guard<G> {
    /// `None` once it has been handed on.
    inner: Option<G>,
    lock: Operation,
}

/// `std::sync::MutexGuard` under control.
pub type MutexGuard<'a, T> = Guard<shuttle::sync::MutexGuard<'a, T>>;
/// `std::sync::RwLockReadGuard` under control.
pub type RwLockReadGuard<'a, T> = Guard<shuttle::sync::RwLockReadGuard<'a, T>>;
/// `std::sync::RwLockWriteGuard` under control.
pub type RwLockWriteGuard<'a, T> = Guard<shuttle::sync::RwLockWriteGuard<'a, T>>;

impl<G> Guard<G> {
    fn new(lock: Operation, inner: G) -> Self {
        lock.hold(lock.kind == "reads");
        Self { inner: Some(inner), lock }
    }

    fn result(lock: Operation, result: LockResult<G>) -> LockResult<Self> {
        result
            .map(|inner| Self::new(lock, inner))
            .map_err(|poison| PoisonError::new(Self::new(lock, poison.into_inner())))
    }

    fn tried(lock: Operation, result: TryLockResult<G>) -> TryLockResult<Self> {
        match result {
            Ok(inner) => Ok(Self::new(lock, inner)),
            Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
            Err(TryLockError::Poisoned(poison)) => {
                Err(TryLockError::Poisoned(PoisonError::new(Self::new(lock, poison.into_inner()))))
            }
        }
    }
}

impl<G> Drop for Guard<G> {
    fn drop(&mut self) {
        if let Some(inner) = self.inner.take() {
            let unlock = Operation { kind: "unlocks", ..self.lock };
            unlock.announce();
            drop(inner);
            unlock.release();
            unlock.done(String::new);
        }
    }
}

impl<G: Deref> Deref for Guard<G> {
    type Target = G::Target;
    fn deref(&self) -> &G::Target {
        self.inner.as_ref().expect("a guard in use")
    }
}

impl<G: DerefMut> DerefMut for Guard<G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        self.inner.as_mut().expect("a guard in use")
    }
}

/// A lock and what both kinds of lock share.
macro_rules! lock {
    ($name:ident) => {
        #[doc = concat!("`std::sync::", stringify!($name), "` under control.")]
        pub struct $name<T: ?Sized> {
            used: Used,
            inner: shuttle::sync::$name<T>,
        }

        impl<T> $name<T> {
            /// A lock around a value.
            pub const fn new(value: T) -> Self {
                Self { used: Used::never(), inner: shuttle::sync::$name::new(value) }
            }

            /// The value, where nobody else can have it.
            ///
            /// # Errors
            /// The value too, if a thread panicked while it held the lock.
            pub fn into_inner(self) -> LockResult<T> {
                run::unseen(None, || self.inner.into_inner())
            }
        }

        impl<T: ?Sized> $name<T> {
            /// The value, where nobody else can have it.
            ///
            /// # Errors
            /// The value too, if a thread panicked while it held the lock.
            pub fn get_mut(&mut self) -> LockResult<&mut T> {
                self.inner.get_mut()
            }

            fn operation(&self, kind: &'static str, at: At) -> Operation {
                if self.used.earlier() {
                    refuse_static(stringify!($name));
                }
                Operation::new(kind, self, at)
            }
        }

        impl<T: Default> Default for $name<T> {
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(out)
            }
        }
    };
}

lock!(Mutex);
lock!(RwLock);

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock and takes it.
    ///
    /// # Errors
    /// The guard too, if a thread panicked while it held the lock.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let lock = self.operation("locks", Location::caller());
        Guard::result(lock, lock.perform(|| self.inner.lock(), |_| String::new()))
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    /// If it is held, or a thread panicked while it held it.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let lock = self.operation("tries", Location::caller());
        Guard::tried(
            lock,
            lock.perform(
                || self.inner.try_lock(),
                |seen| if seen.is_ok() { "the lock: free" } else { "the lock: held" }.to_owned(),
            ),
        )
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until nobody writes, and reads.
    ///
    /// # Errors
    /// The guard too, if a thread panicked while it wrote.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let lock = self.operation("reads", Location::caller());
        Guard::result(lock, lock.perform(|| self.inner.read(), |_| String::new()))
    }

    /// Waits until it is alone, and writes.
    ///
    /// # Errors
    /// The guard too, if a thread panicked while it wrote.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let lock = self.operation("writes", Location::caller());
        Guard::result(lock, lock.perform(|| self.inner.write(), |_| String::new()))
    }
}

/// A `static` holds what the run before left in it.
fn refuse_static(name: &str) {
    let sentence = format!(
        "a `static` {name} keeps what it holds from one order to the next: make it in `main` and hand threads an `Arc` of it"
    );
    run::with(|run| run.refused = Some(sentence));
}

/// `std::sync::Condvar` under control: a wait ends by a notification, and never without one.
#[derive(Debug, Default)]
pub struct Condvar(shuttle::sync::Condvar);

impl Condvar {
    /// A condition that nobody waits for.
    pub const fn new() -> Self {
        Self(shuttle::sync::Condvar::new())
    }

    /// Gives the lock back, waits for a notification, and takes the lock again.
    ///
    /// # Errors
    /// The guard too, if a thread panicked while it held the lock.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let wait = Operation::new("waits", self, Location::caller());
        let (lock, inner) = (guard.lock, guard.inner.take().expect("a guard in use"));
        lock.release();
        Guard::result(lock, wait.perform(|| self.0.wait(inner), |_| "and is notified".to_owned()))
    }

    /// Waits while a condition holds.
    ///
    /// # Errors
    /// The guard too, if a thread panicked while it held the lock.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Wakes one thread that waits, whichever.
    #[track_caller]
    pub fn notify_one(&self) {
        let notify = Operation::new("notifies", self, Location::caller());
        notify.perform(|| self.0.notify_one(), |()| "one".to_owned());
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        let notify = Operation::new("notifies", self, Location::caller());
        notify.perform(|| self.0.notify_all(), |()| "all".to_owned());
    }
}
