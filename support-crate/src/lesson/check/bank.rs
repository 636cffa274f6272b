//! Accounts behind locks that know who holds them and who waits for whom.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

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
    holders: Vec<Option<ThreadId>>,
    waits: HashMap<ThreadId, usize>,
    firsts: usize,
    held_together: usize,
    broken: Option<String>,
}

impl Bank {
    /// Accounts with an opening balance; a thread with its first lock waits a moment for the other `movers` to have theirs.
    pub(super) fn new(accounts: usize, opening: u64, movers: usize) -> Self {
        let state = State {
            balances: vec![opening; accounts],
            holders: vec![None; accounts],
            waits: HashMap::new(),
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

impl State {
    fn held_by(&self, thread: ThreadId) -> Vec<usize> {
        (0..self.holders.len()).filter(|&account| self.holders[account] == Some(thread)).collect()
    }

    /// The threads from `start` along "waits for what the next one holds", if that path comes back to `start`.
    fn cycle(&self, start: ThreadId) -> Option<Vec<ThreadId>> {
        let mut path = vec![start];
        loop {
            let awaited = self.waits.get(path.last()?)?;
            let holder = self.holders[*awaited]?;
            if holder == start {
                return Some(path);
            }
            // A ring further on that does not hold `start`: its own members report it.
            if path.contains(&holder) {
                return None;
            }
            path.push(holder);
        }
    }

    fn tell(&self, cycle: &[ThreadId]) -> String {
        let mut held: Vec<(usize, usize)> =
            cycle.iter().map(|thread| (self.held_by(*thread)[0], self.waits[thread])).collect();
        held.sort_unstable();
        let told: Vec<_> = held
            .iter()
            .zip(["one thread", "the other", "a third"])
            .map(|((holds, waits), who)| format!("{who} holds account {holds} and waits for account {waits}"))
            .collect();
        format!(
            "a deadlock: {}; take the two locks in the same order whichever way the money goes",
            told.join(", ")
        )
    }
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
        if state.holders[self.number] == Some(me) {
            let told = format!(
                "it asks for the lock of account {} that it already holds, and waits for itself",
                self.number
            );
            drop(state);
            std::panic::resume_unwind(Box::new(Deadlock(told)));
        }
        state.waits.insert(me, self.number);
        if let Some(cycle) = state.cycle(me) {
            let told = state.tell(&cycle);
            state.broken = Some(told);
            self.shared.changed.notify_all();
        }
        while state.holders[self.number].is_some() && state.broken.is_none() {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waits.remove(&me);
        if let Some(told) = state.broken.clone() {
            drop(state);
            // Unwinding gives back the locks that this thread holds, as a deadlock never would.
            std::panic::resume_unwind(Box::new(Deadlock(told)));
        }
        state.holders[self.number] = Some(me);
        let held = state.held_by(me).len();
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
        state.holders[self.number] = None;
        self.shared.changed.notify_all();
    }
}
