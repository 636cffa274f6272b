//! Real processes for notebook code, shaped like `std::thread`: `spawn` a plain function, `fork` any closure.

mod channel;
mod child;
mod codec;
mod crash;
mod fresh;
mod handle;
mod lifeline;
mod output;
mod own;
mod relay;
mod running;
mod start;
mod stuck;
mod sys;
mod usage;
mod workers;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use child::{first_panic, keep_panics};
pub use child::{is_child, is_forked_child};
pub use crash::Crash;
pub use handle::Handle;
pub(crate) use sys::{Place, address_of, place_of};
pub use usage::Usage;
pub use workers::Workers;

use crate::error::Error;
use channel::Channel;
use sys::Plain;

/// Runs a closure, with everything it captures, in a copy of this process.
///
/// The copy has this process's memory as it is now; what it changes there, this process does not see. It has this one
/// thread only: thread pools, runtimes and locks that other threads held are dead there, so build what the
/// closure needs inside it.
///
/// ```
/// use concurrency_lab::process;
/// let rows = vec![3, 1, 2];
/// let sum = process::fork(|| rows.iter().sum::<i32>());
/// assert_eq!(sum.join().unwrap(), 6);
/// ```
pub fn fork<F, T>(f: F) -> Handle<T>
where
    F: FnOnce() -> T,
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(start::fork(move |channel| {
        crate::trace::name_process_after::<F>();
        child::once(&channel, f)
    }))
}

/// Runs a plain function in a fresh process of this program, which shares nothing with this one.
///
/// ```
/// use concurrency_lab::process;
/// fn names() -> Vec<String> {
///     vec!["Ada".into(), "Grace".into()]
/// }
/// assert_eq!(process::spawn(names).join().unwrap(), ["Ada", "Grace"]);
/// ```
///
/// A closure that captures something is refused by the compiler, because its captures are in this process's
/// memory: use [`fork`], or [`spawn_with`] and hand them over as arguments.
///
/// ```compile_fail,E0308
/// use concurrency_lab::process;
/// let rows = 3;
/// process::spawn(move || rows + 1);
/// ```
pub fn spawn<T>(f: fn() -> T) -> Handle<T>
where
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(fresh::start(f, call::<T>, &[]))
}

/// Like [`spawn`], with arguments that travel to the process: anything serde can carry, several as a tuple.
///
/// ```
/// use concurrency_lab::process;
/// fn repeat((word, times): (String, usize)) -> String {
///     word.repeat(times)
/// }
/// let word = process::spawn_with(repeat, ("ha".to_string(), 3));
/// assert_eq!(word.join().unwrap(), "hahaha");
/// ```
pub fn spawn_with<A, T>(f: fn(A) -> T, arguments: A) -> Handle<T>
where
    A: Serialize + DeserializeOwned + 'static,
    T: Serialize + DeserializeOwned + 'static,
{
    Handle::new(
        codec::to_bytes(&arguments)
            .map_err(|error| {
                Error::bad_input(format!("the arguments cannot be sent to another process: {error}"))
            })
            .and_then(|arguments| fresh::start(f, call_with::<A, T>, &arguments)),
    )
}

/// A value as bytes that keep everything of it; [`decode`] reads them.
pub(crate) fn encode<T: Serialize + 'static>(value: &T) -> Result<Vec<u8>, String> {
    codec::to_bytes(value).map_err(|error| error.to_string())
}

/// A value from the bytes of [`encode`].
pub(crate) fn decode<T: DeserializeOwned + 'static>(bytes: Vec<u8>) -> Result<T, String> {
    codec::from_bytes(bytes).map_err(|error| error.to_string())
}

/// What the process of [`spawn`] does.
fn call<T: Serialize + 'static>(channel: Channel, function: usize, _arguments: Vec<u8>) -> ! {
    child::once(&channel, <fn() -> T>::at(function))
}

/// What the process of [`spawn_with`] does.
fn call_with<A, T>(channel: Channel, function: usize, arguments: Vec<u8>) -> !
where
    A: DeserializeOwned + 'static,
    T: Serialize + 'static,
{
    let arguments = fresh::arguments::<A>(&channel, arguments);
    child::once(&channel, || <fn(A) -> T>::at(function)(arguments))
}
