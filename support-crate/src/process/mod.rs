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
mod start;
mod sys;
mod workers;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use child::{is_child, is_forked_child};
pub use crash::Crash;
pub use handle::Handle;
pub use workers::Workers;

use crate::error::Error;
use channel::{Channel, Kind};

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
    Handle::new(start::fork(move |channel| child::once(&channel, f)))
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
/// A closure that captures something is refused by the compiler: its captures are in this process's memory.
///
/// ```compile_fail,E0080
/// use concurrency_lab::process;
/// let rows = 3;
/// process::spawn(move || rows + 1);
/// ```
pub fn spawn<F, T>(f: F) -> Handle<T>
where
    F: Fn() -> T + Copy + 'static,
    T: Serialize + DeserializeOwned + 'static,
{
    const {
        assert!(
            size_of::<F>() == 0,
            "process::spawn starts a fresh process, which has none of the values that this closure captures: \
             use process::fork, or process::spawn_with(f, arguments)"
        );
    }
    let _ = f;
    Handle::new(fresh::start(run::<F, T>, Vec::new()))
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
pub fn spawn_with<F, A, T>(f: F, arguments: A) -> Handle<T>
where
    F: Fn(A) -> T + Copy + 'static,
    A: Serialize + DeserializeOwned + 'static,
    T: Serialize + DeserializeOwned + 'static,
{
    const {
        assert!(
            size_of::<F>() == 0,
            "process::spawn_with starts a fresh process, which has none of the values that this closure captures: \
             pass them as arguments, or use process::fork"
        );
    }
    let _ = f;
    Handle::new(
        codec::to_bytes(&arguments)
            .map_err(|error| {
                Error::bad_input(format!("the arguments cannot be sent to another process: {error}"))
            })
            .and_then(|arguments| fresh::start(run_with::<F, A, T>, arguments)),
    )
}

fn run<F, T>(channel: Channel, _arguments: Vec<u8>) -> !
where
    F: Fn() -> T + Copy + 'static,
    T: Serialize + 'static,
{
    child::once(&channel, sys::conjure::<F>())
}

fn run_with<F, A, T>(channel: Channel, arguments: Vec<u8>) -> !
where
    F: Fn(A) -> T + Copy + 'static,
    A: DeserializeOwned + 'static,
    T: Serialize + 'static,
{
    match codec::from_bytes::<A>(arguments) {
        Ok(arguments) => child::once(&channel, || sys::conjure::<F>()(arguments)),
        Err(error) => {
            let text = format!("the arguments cannot be read by the process: {error}");
            let _ = channel.write(Kind::Trouble, text.as_bytes());
            sys::exit_now(1)
        }
    }
}
