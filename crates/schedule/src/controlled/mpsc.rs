//! `std::sync::mpsc` under control.

use std::panic::Location;
use std::sync::Arc;

pub use std::sync::mpsc::{RecvError, SendError, TryRecvError};

use crate::run::{At, Operation};

/// What both ends know the channel by: an address for either end.
type Ends = Arc<[u8; 2]>;

/// An end was used: who waits at the other end waits for this thread.
fn step<R>(
    ends: &Ends,
    (own, other): (usize, usize),
    kind: &'static str,
    at: At,
    act: impl FnOnce() -> R,
) -> R {
    let result = Operation::new(kind, &ends[other], at).perform(act, |_| String::new());
    let used = Operation::new(kind, &ends[own], at);
    used.release();
    used.hold(true);
    result
}

const SENDING: (usize, usize) = (0, 1);
const RECEIVING: (usize, usize) = (1, 0);

/// What both kinds of sender share.
macro_rules! sender {
    ($name:ident) => {
        #[doc = concat!("`std::sync::mpsc::", stringify!($name), "` under control.")]
        #[derive(Debug)]
        pub struct $name<T>(shuttle::sync::mpsc::$name<T>, Ends);

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self(self.0.clone(), self.1.clone())
            }
        }

        impl<T> $name<T> {
            /// Sends a message, once there is room for it.
            ///
            /// # Errors
            /// The message, if nobody can receive it any more.
            #[track_caller]
            pub fn send(&self, message: T) -> Result<(), SendError<T>> {
                step(&self.1, SENDING, "sends", Location::caller(), || self.0.send(message))
            }
        }
    };
}
sender!(Sender);
sender!(SyncSender);

/// `std::sync::mpsc::Receiver` under control.
#[derive(Debug)]
pub struct Receiver<T>(shuttle::sync::mpsc::Receiver<T>, Ends);

/// A channel without a limit.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let ((sender, receiver), ends) = (shuttle::sync::mpsc::channel(), Ends::default());
    (Sender(sender, ends.clone()), Receiver(receiver, ends))
}

/// A channel that holds `bound` messages.
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let ((sender, receiver), ends) = (shuttle::sync::mpsc::sync_channel(bound), Ends::default());
    (SyncSender(sender, ends.clone()), Receiver(receiver, ends))
}

impl<T> Receiver<T> {
    /// Waits for a message.
    ///
    /// # Errors
    /// If there is none and nobody can send one any more.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        step(&self.1, RECEIVING, "receives", Location::caller(), || self.0.recv())
    }

    /// Takes a message if there is one.
    ///
    /// # Errors
    /// If there is none.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        step(&self.1, RECEIVING, "receives", Location::caller(), || self.0.try_recv())
    }

    /// All messages until nobody can send one any more.
    #[track_caller]
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let at = Location::caller();
        std::iter::from_fn(move || step(&self.1, RECEIVING, "receives", at, || self.0.recv()).ok())
    }
}

/// Messages until nobody can send one any more.
#[derive(Debug)]
pub struct IntoIter<T>(Receiver<T>, At);

impl<T> Iterator for IntoIter<T> {
    type Item = T;
    fn next(&mut self) -> Option<T> {
        let Receiver(receiver, ends) = &self.0;
        step(ends, RECEIVING, "receives", self.1, || receiver.recv()).ok()
    }
}

impl<T> IntoIterator for Receiver<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;
    #[track_caller]
    fn into_iter(self) -> IntoIter<T> {
        IntoIter(self, Location::caller())
    }
}

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Box<dyn Iterator<Item = T> + 'a>;
    #[track_caller]
    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}
