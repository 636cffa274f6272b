//! Recording across process borders: children follow their parent's recording and report to it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::batch::Batch;
use super::clock;
use super::recorder::{self, Registry};
use super::sampler;
use crate::event::{EventKind, Who};
use crate::recording::CAPACITY;

/// What a child needs to know in order to record for this process: 0 while recording is off.
pub fn flag_for_child() -> u64 {
    recorder::current()
}

/// In a child process: records for the parent's recording of that [`flag_for_child`] from now on; 0 stops.
/// Calling it again with the same flag changes nothing, so it may come with every message.
pub fn follow(flag: u64) {
    if recorder::current() == flag {
        return;
    }
    let mut registry = recorder::registry();
    registry.following = flag != 0;
    recorder::switch(&mut registry, flag, CAPACITY);
    drop(registry);
    let name = NAME.lock().unwrap_or_else(PoisonError::into_inner).clone();
    recorder::record_with(Who::Thread, EventKind::Begin, name, true);
}

/// What this process's row is called in the recordings that it follows.
static NAME: Mutex<Option<Box<str>>> = Mutex::new(None);

/// In a child process that may be on another machine: what its row is called in every recording from now on, and how many nanoseconds
/// this machine's clock is behind the parent's.
pub fn stand_as(name: &str, behind: i64) {
    *NAME.lock().unwrap_or_else(PoisonError::into_inner) = Some(name.into());
    clock::set_behind(behind);
}

/// In a child process: what its row is called ("do_first") in the recording under way; otherwise it is "process 1", "process 2", …
pub fn name_process(name: &str) {
    recorder::record_with(Who::Thread, EventKind::Begin, Some(name.into()), false);
}

/// The recorder held still while this process forks, so that the child inherits no lock of another thread.
#[must_use = "a guard dropped at once guards nothing"]
pub struct ForkGuard(MutexGuard<'static, Registry>, MutexGuard<'static, sampler::Told>);

/// Holds the recorder still around a `fork`: drop the guard in the parent, call [`ForkGuard::in_child`] in the child.
pub fn hold_for_fork() -> ForkGuard {
    ForkGuard(recorder::registry(), sampler::told())
}

impl ForkGuard {
    /// In the child: forgets what the parent recorded and goes on recording if the parent does.
    pub fn in_child(mut self) {
        let id = recorder::current();
        self.0.following = id != 0;
        recorder::switch(&mut self.0, id, CAPACITY);
        *self.1 = sampler::Told::default();
        drop(self);
        recorder::forget_block();
        recorder::TASK.set(None);
        recorder::record_with(Who::Thread, EventKind::Begin, None, true);
    }
}

/// In a child process: what was recorded since the last call, as bytes for the parent (empty when off).
pub fn take_for_parent() -> Vec<u8> {
    let id = recorder::current();
    if id == 0 {
        return Vec::new();
    }
    // The reading closes the stretch before this report: the parent knows how much of it was on a core.
    recorder::record_with(Who::Thread, EventKind::Stamp, None, true);
    let batch = Batch { id, ..recorder::registry().take() };
    // A batch is plain numbers and texts; writing it into memory cannot fail.
    postcard::to_stdvec(&batch).unwrap_or_default()
}

/// In the parent: adds what a child recorded; bytes of an earlier recording are left out.
pub fn absorb(bytes: &[u8]) {
    let id = recorder::current();
    if bytes.is_empty() || id == 0 {
        return;
    }
    let batch = postcard::from_bytes::<Batch>(bytes);
    let mut registry = recorder::registry();
    match batch {
        Ok(batch) if batch.id == id => registry.add(batch),
        Ok(_) => {}
        Err(_) => registry.damaged += 1,
    }
}
