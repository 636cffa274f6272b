//! 12: two locks, taken in an order that cannot lock up.

use super::reply::{Reply, judged, require};
use crate::lesson::lock::{Lock, Locked, most_held_together};
use crate::lesson::threads::on_threads;

const OPENING: u64 = 100;

/// An account: [`Account::lock`] gives its balance to change.
#[derive(Debug)]
pub struct Account {
    number: usize,
    balance: Lock<u64>,
}

impl Account {
    fn both() -> [Self; 2] {
        [0, 1].map(|number| Self { number, balance: Lock::new(&format!("account {number}"), OPENING) })
    }

    /// The account's number: no two accounts have the same.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Waits for the account to be free and holds it until the returned balance goes out of scope.
    pub fn lock(&self) -> Locked<'_, u64> {
        self.balance.lock()
    }
}

/// Checks a function that moves money from one account to another while others do so too, in both directions. It has
/// to hold both locks while it moves the money, and take them in an order that cannot end in a deadlock. From an account to
/// itself nothing moves.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Account};
/// fn transfer(from: &Account, to: &Account, amount: u64) {
///     todo!()
/// }
/// assert!(check::transfer(transfer).sentence.contains("todo!()"));
/// ```
pub fn transfer(theirs: impl Fn(&Account, &Account, u64) + Sync) -> Reply {
    judged(&theirs, "take the two locks in the same order whichever way the money goes", || {
        for from in 0..2 {
            let to = 1 - from;
            let accounts = Account::both();
            theirs(&accounts[from], &accounts[to], 30);
            let left = accounts.map(|account| account.balance.into_inner());
            require!(
                (left[from], left[to]) == (70, 130),
                "30 moved from account {from} to account {to}, of 100 and 100, should leave 70 and 130, but leaves {} and {}",
                left[from],
                left[to]
            );
        }
        require!(
            most_held_together() == 2,
            "between the two locks the money was in neither account: hold both while you move it"
        );
        // Two threads, opposite directions; neither gets its second lock before the other has its first.
        let accounts = Account::both();
        on_threads(2, |mover| theirs(&accounts[mover], &accounts[1 - mover], 10));
        let total: u64 = accounts.map(|account| account.balance.into_inner()).iter().sum();
        let expected = 2 * OPENING;
        require!(total == expected, "after both transfers the accounts hold {total}, not {expected}");
        let [account, _] = Account::both();
        theirs(&account, &account, 10);
        let left = account.balance.into_inner();
        require!(left == OPENING, "10 moved from an account to itself should leave 100, but leaves {left}");
        Ok("both locks were held for each transfer, and opposite transfers could not wait for each other"
            .into())
    })
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Grade::*, assert_reply};
    use super::*;

    fn right(from: &Account, to: &Account, amount: u64) {
        if from.number() == to.number() {
            return;
        }
        let from_first = from.number() < to.number();
        let (low, high) = if from_first { (from, to) } else { (to, from) };
        let (mut low, mut high) = (low.lock(), high.lock());
        let (from, to) = if from_first { (&mut low, &mut high) } else { (&mut high, &mut low) };
        **from -= amount;
        **to += amount;
    }

    #[test]
    fn answers_each_attempt_with_its_own_reason() {
        assert_reply(&transfer(|_, _, _| todo!()), NotDone, "todo!()");
        let opposite = |from: &Account, to: &Account, amount: u64| {
            let (mut from, mut to) = (from.lock(), to.lock());
            *from -= amount;
            *to += amount;
        };
        assert_reply(&transfer(opposite), Wrong, "holds account 0 and waits for account 1");
        let one_lock_at_a_time = |from: &Account, to: &Account, amount: u64| {
            *from.lock() -= amount;
            *to.lock() += amount;
        };
        assert_reply(&transfer(one_lock_at_a_time), Wrong, "in neither account");
        let twice = |from: &Account, to: &Account, amount: u64| {
            let mut kept = from.lock();
            *from.lock() -= amount;
            *kept -= 0;
            *to.lock() += amount;
        };
        assert_reply(&transfer(twice), Wrong, "already holds");
        let creates_money = |_: &Account, to: &Account, amount: u64| *to.lock() += amount;
        assert_reply(&transfer(creates_money), Wrong, "leaves 100 and 130");
        let one_way = |from: &Account, to: &Account, amount: u64| {
            let (low, high) = if from.number() < to.number() { (from, to) } else { (to, from) };
            let (mut low, mut high) = (low.lock(), high.lock());
            *low -= amount;
            *high += amount;
        };
        assert_reply(&transfer(one_way), Wrong, "from account 1 to account 0");
        let waits_for_itself = |from: &Account, to: &Account, amount: u64| {
            let from_first = from.number() < to.number();
            let (low, high) = if from_first { (from, to) } else { (to, from) };
            let (mut low, mut high) = (low.lock(), high.lock());
            let (from, to) = if from_first { (&mut low, &mut high) } else { (&mut high, &mut low) };
            **from -= amount;
            **to += amount;
        };
        assert_reply(&transfer(waits_for_itself), Wrong, "the lock of account 0 that it already holds");
        let from_itself = |from: &Account, to: &Account, amount: u64| match from.number() == to.number() {
            true => *from.lock() += amount,
            false => right(from, to, amount),
        };
        assert_reply(&transfer(from_itself), Wrong, "to itself should leave 100, but leaves 110");
        assert_reply(&transfer(right), Right, "could not wait for each other");
    }

    #[test]
    fn accepts_every_order_that_is_the_same_for_all() {
        let in_two_branches = |from: &Account, to: &Account, amount: u64| {
            if from.number() < to.number() {
                let (mut from, mut to) = (from.lock(), to.lock());
                *from -= amount;
                *to += amount;
            } else if from.number() > to.number() {
                let (mut to, mut from) = (to.lock(), from.lock());
                *from -= amount;
                *to += amount;
            }
        };
        assert_reply(&transfer(in_two_branches), Right, "could not wait for each other");
        let highest_first = |from: &Account, to: &Account, amount: u64| {
            let mut accounts = [from, to];
            accounts.sort_by_key(|account| std::cmp::Reverse(account.number()));
            if from.number() != to.number() {
                let mut held = accounts.map(|account| account.lock());
                let place = usize::from(accounts[1].number() == from.number());
                *held[place] -= amount;
                *held[1 - place] += amount;
            }
        };
        assert_reply(&transfer(highest_first), Right, "could not wait for each other");
    }
}
