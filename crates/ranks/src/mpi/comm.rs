//! Messages over MPI.

use mpi::Threading;
use mpi::environment::Universe;
use mpi::point_to_point::{Destination, Source};
use mpi::topology::{Communicator, SimpleCommunicator};
use mpi::traits::Equivalence;

use crate::wire::{HEAD, Message};

/// Longest message that goes in one piece with its head.
const SHORT: usize = 16 * 1024;
/// Longest piece of a longer one: MPI counts in 32 bits.
const PIECE: usize = 1 << 28;

const HEADS: i32 = 1;
const PIECES: i32 = 2;

/// This process's place in the job. MPI ends when it is dropped.
pub struct Comm {
    world: SimpleCommunicator,
    _universe: Universe,
}

impl Comm {
    /// Joins the job, from the one thread that will use it.
    pub fn join() -> Option<Self> {
        let (universe, _) = mpi::initialize_with_threading(Threading::Funneled)?;
        Some(Self { world: universe.world(), _universe: universe })
    }

    /// This process's rank.
    pub fn rank(&self) -> u32 {
        self.world.rank().unsigned_abs()
    }

    /// The number of ranks.
    pub fn size(&self) -> u32 {
        self.world.size().unsigned_abs()
    }

    /// Sends a message, whose body is given beside it.
    pub fn send(&self, to: u32, head: &Message, body: &[u8]) {
        self.send_waking(to, head, body, || ());
    }

    /// The same to a rank that may sleep: the rest of a long message waits until it is taken, so `wake` is called before that.
    pub fn send_waking(&self, to: u32, head: &Message, body: &[u8], wake: impl Fn()) {
        let to = self.world.process_at_rank(to as i32);
        let head = head.head(body.len());
        if body.len() <= SHORT {
            return to.send_with_tag(&[&head, body].concat()[..], HEADS);
        }
        to.send_with_tag(&head[..], HEADS);
        wake();
        body.chunks(PIECE).for_each(|piece| to.send_with_tag(piece, PIECES));
    }

    /// A message that is there, and from which rank. It never waits, but for the rest of a long one.
    pub fn receive(&self) -> Option<Message> {
        let (message, status) = self.world.any_process().immediate_matched_probe_with_tag(HEADS)?;
        let mut bytes = vec![0u8; status.count(u8::equivalent_datatype()).unsigned_abs() as usize];
        message.matched_receive_into(&mut bytes[..]);
        let mut body = bytes.split_off(HEAD);
        let (mut message, length) = Message::of_head(bytes.try_into().ok()?).ok()?;
        message.rank = status.source_rank().unsigned_abs();
        if body.len() as u64 != length {
            let from = self.world.process_at_rank(status.source_rank());
            body = vec![0; length as usize];
            body.chunks_mut(PIECE).for_each(|piece| _ = from.receive_into_with_tag(piece, PIECES));
        }
        Some(message.with(body))
    }

    /// Ends the whole job at once.
    pub fn abort(&self) -> ! {
        self.world.abort(1)
    }
}
