//! 12: two locks, taken in an order that cannot lock up.

use std::thread;

use crate::units::secs;

use super::bank::{Account, Bank, Deadlock};
use super::reply::{Exercise, Reply, Verdict, require};

const OPENING: u64 = 100;

/// Checks a function that moves money from one account to another while others do so too, in both directions. It has
/// to hold both locks while it moves the money, and take them in an order that cannot end in a deadlock.
///
/// ```
/// use concurrency_lab::lesson::check::{self, Account};
/// fn transfer(from: &Account, to: &Account, amount: u64) {
///     todo!()
/// }
/// assert!(check::transfer(transfer).sentence().contains("todo!()"));
/// ```
pub fn transfer<F>(theirs: F) -> Reply
where
    F: Fn(&Account, &Account, u64) + Send + Sync + 'static,
{
    let endless = "a thread waits for a lock that is never given back";
    Exercise { name: "transfer", limit: secs(3), endless }.judge(move || judge(theirs))
}

fn judge(theirs: impl Fn(&Account, &Account, u64) + Send + Sync + 'static) -> Verdict {
    let alone = Bank::new(2, OPENING, 1);
    let accounts = alone.accounts();
    run(|| theirs(&accounts[0], &accounts[1], 30))?;
    let balances = alone.balances();
    require(balances == [70, 130], || {
        format!(
            "30 moved from 100 and 100 should leave 70 and 130, but leaves {} and {}",
            balances[0], balances[1]
        )
    })?;
    require(alone.held_together() == 2, || {
        "between the two locks the money was in neither account: hold both while you move it".into()
    })?;

    // Two threads, opposite directions; neither gets its second lock before the other has its first.
    let bank = Bank::new(2, OPENING, 2);
    thread::scope(|scope| {
        let (bank, theirs) = (&bank, &theirs);
        let movers = [(0, 1), (1, 0)].map(|(from, to)| {
            scope.spawn(move || {
                let accounts = bank.accounts();
                run(|| theirs(&accounts[from], &accounts[to], 10))
            })
        });
        movers.map(|mover| mover.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
    })
    .into_iter()
    .collect::<Result<(), String>>()?;
    let total: u64 = bank.balances().iter().sum();
    require(total == 2 * OPENING, || {
        format!("after both transfers the accounts hold {total}, not {}", 2 * OPENING)
    })?;
    Ok("both locks were held for each transfer, and opposite transfers could not wait for each other".into())
}

/// Runs one transfer; a deadlock that was broken up becomes the reason.
fn run(transfer: impl FnOnce()) -> Result<(), String> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(transfer)) {
        Ok(()) => Ok(()),
        Err(payload) => match payload.downcast::<Deadlock>() {
            Ok(deadlock) => Err(deadlock.0),
            Err(payload) => std::panic::resume_unwind(payload),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Standing::*, assert_reply};
    use super::*;

    fn right(from: &Account, to: &Account, amount: u64) {
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
        assert_reply(&transfer(right), Right, "could not wait for each other");
    }
}
