//! Accounts behind locks that know who holds them and who waits for whom.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::lesson::wait_for::{Link, WaitFor};
use crate::units::ms;

/// Why a thread's wait for a lock was broken up; unwinds to whoever called the reader's function.
pub(super) struct Deadlock(pub(super) String);

/// A few accounts, and the graph of who waits for whom.
pub(super) struct Bank {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    movers: usize,
}

struct State {
    balances: Vec<u64>,
    waits: WaitFor,
    firsts: usize,
    held_together: usize,
    broken: Option<String>,
}

impl Bank {
    /// Accounts with an opening balance; a thread with its first lock waits a moment for the other `movers` to have theirs.
    pub(super) fn new(accounts: usize, opening: u64, movers: usize) -> Self {
        let state = State {
            balances: vec![opening; accounts],
            waits: WaitFor::default(),
            firsts: 0,
            held_together: 0,
            broken: None,
        };
        Self { shared: Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new(), movers }) }
    }

    /// The accounts.
    pub(super) fn accounts(&self) -> Vec<Account> {
        let count = self.balances().len();
        (0..count).map(|number| Account { number, shared: self.shared.clone() }).collect()
    }

    /// What the accounts hold.
    pub(super) fn balances(&self) -> Vec<u64> {
        self.shared.lock().balances.clone()
    }

    /// The most locks one thread held together.
    pub(super) fn held_together(&self) -> usize {
        self.shared.lock().held_together
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell(circle: &[Link]) -> String {
    let mut links: Vec<(usize, usize)> = circle.iter().map(|link| (link.holds, link.waits_for)).collect();
    links.sort_unstable();
    let told: Vec<_> = links
        .iter()
        .zip(["one thread", "the other", "a third"])
        .map(|((holds, waits), who)| format!("{who} holds account {holds} and waits for account {waits}"))
        .collect();
    format!(
        "a deadlock: {}; take the two locks in the same order whichever way the money goes",
        told.join(", ")
    )
}

/// An account: [`Account::lock`] gives its balance to change.
pub struct Account {
    number: usize,
    shared: Arc<Shared>,
}

impl Account {
    /// The account's number: no two accounts have the same.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Waits for the account to be free and holds it until the returned balance goes out of scope.
    pub fn lock(&self) -> Balance {
        let me = thread::current().id();
        let mut state = self.shared.lock();
        if state.waits.holder(self.number) == Some(me) {
            let told = format!(
                "it asks for the lock of account {} that it already holds, and waits for itself",
                self.number
            );
            drop(state);
            std::panic::resume_unwind(Box::new(Deadlock(told)));
        }
        state.waits.wait(me, self.number);
        if let Some(circle) = state.waits.cycle(me) {
            state.broken = Some(tell(&circle));
            self.shared.changed.notify_all();
        }
        while state.waits.holder(self.number).is_some() && state.broken.is_none() {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waits.stop_waiting(me);
        if let Some(told) = state.broken.clone() {
            drop(state);
            // Unwinding gives back the locks that this thread holds, as a deadlock never would.
            std::panic::resume_unwind(Box::new(Deadlock(told)));
        }
        state.waits.hold(me, self.number);
        let held = state.waits.held_by(me);
        state.held_together = state.held_together.max(held);
        let balance = state.balances[self.number];
        if held == 1 {
            state.firsts += 1;
            self.shared.changed.notify_all();
            let movers = self.shared.movers;
            // Whoever comes first waits a moment, so that both have a lock where the reader's order allows it.
            drop(self.shared.changed.wait_timeout_while(state, ms(50), |state| state.firsts < movers));
        }
        Balance { number: self.number, balance, shared: self.shared.clone() }
    }
}

/// The balance of a locked account.
pub struct Balance {
    number: usize,
    balance: u64,
    shared: Arc<Shared>,
}

impl Deref for Balance {
    type Target = u64;

    fn deref(&self) -> &u64 {
        &self.balance
    }
}

impl DerefMut for Balance {
    fn deref_mut(&mut self) -> &mut u64 {
        &mut self.balance
    }
}

impl Drop for Balance {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.balances[self.number] = self.balance;
        state.waits.free(self.number);
        self.shared.changed.notify_all();
    }
}
