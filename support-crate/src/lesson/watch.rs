//! Runs a reader's function where it can do no harm: a panic, a deadlock or an endless loop ends there.

use std::any::Any;
use std::sync::mpsc;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

/// How a watched function ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending<T> {
    /// It returned.
    Value(T),
    /// It met a `todo!()` or `unimplemented!()`.
    NotDone,
    /// It panicked, with the message of the first panic.
    Panicked(String),
    /// It had not returned when the time was over.
    TimedOut,
}

/// Runs `work` under watch for at most `limit`.
pub(crate) fn watch<T>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Ending<T>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let ending = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        let _ = sender.send(ending.map_err(|payload| message_of(&*payload)));
    });
    match receiver.recv_timeout(limit) {
        Ok(Ok(value)) => Ending::Value(value),
        Ok(Err(message)) if is_unfinished(&message) => Ending::NotDone,
        Ok(Err(message)) => Ending::Panicked(message),
        Err(_) => Ending::TimedOut,
    }
}

/// The text of a panic.
pub(crate) fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message").to_owned()
}

/// Whether a panic's message is that of `todo!()` or `unimplemented!()`.
fn is_unfinished(message: &str) -> bool {
    message.starts_with("not yet implemented") || message.starts_with("not implemented")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::secs;

    #[test]
    fn tells_a_value_a_stub_and_a_panic() {
        assert_eq!(watch(secs(5), || 7), Ending::Value(7));
        assert_eq!(watch::<u8>(secs(5), || todo!()), Ending::NotDone);
        assert_eq!(watch::<u8>(secs(5), || todo!("later")), Ending::NotDone);
        assert_eq!(watch::<u8>(secs(5), || panic!("no")), Ending::Panicked("no".into()));
    }

    #[test]
    fn outlives_a_function_that_never_ends() {
        let forever = || -> u8 {
            loop {
                std::thread::park();
            }
        };
        assert_eq!(watch(crate::units::ms(50), forever), Ending::TimedOut);
    }
}
