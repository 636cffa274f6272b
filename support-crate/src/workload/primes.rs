//! Counting primes: tasks that only compute.

use serde::{Deserialize, Serialize};

use super::{Nature, Workload, check, erased_here, words};
use crate::error::Error;

/// Counts the primes below a bound by trial division; a task counts those of one range, and its value is the count.
///
/// The ranges are equally long and in ascending order, and their costs are not equal: a number near `below` needs
/// divisors up to √`below`, so the last range costs some 1.5 times the average one. That is on purpose: real work is
/// seldom cut into equal parts, and handing out tasks as workers become free evens it out.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let counts = values(Primes { below: 100, tasks: 4 }, Threads(2)).unwrap();
/// assert_eq!(counts, [9, 6, 6, 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Primes {
    /// Primes below this number are counted.
    pub below: usize,
    /// Into how many ranges, one a task, the numbers are cut.
    pub tasks: usize,
}

impl Workload for Primes {
    type Output = u64;
    const NATURE: Nature = Nature::Computes;

    fn title(&self) -> String {
        let tasks = words::counted(self.tasks, "task", "tasks");
        format!("primes below {}, in {tasks}", words::count(self.below))
    }

    fn tasks(&self) -> usize {
        self.tasks
    }

    fn validate(&self) -> Result<(), Error> {
        // Trial division up to ten thousand million takes minutes already.
        check::number("below", self.below, 3..=10_000_000_000)?;
        check::tasks("tasks", self.tasks)?;
        check::number("tasks", self.tasks, 1..=self.below)
    }

    fn task(&self, index: usize) -> Result<u64, Error> {
        let border = |i: usize| (self.below as u128 * i as u128 / self.tasks as u128) as u64;
        Ok((border(index)..border(index + 1)).filter(|&n| is_prime(n)).count() as u64)
    }

    erased_here!(plain data);
}

/// Trial division by 2, 3 and then the numbers next to multiples of 6: every larger prime is one of them.
fn is_prime(n: u64) -> bool {
    if n < 4 {
        return n >= 2;
    }
    if n.is_multiple_of(2) || n.is_multiple_of(3) {
        return false;
    }
    let mut divisor = 5;
    while divisor * divisor <= n {
        if n.is_multiple_of(divisor) || n.is_multiple_of(divisor + 2) {
            return false;
        }
        divisor += 6;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_counts_of_primes() {
        for (below, count) in [(3, 1), (10, 4), (100, 25), (1_000, 168), (100_000, 9_592)] {
            for tasks in [1, 3] {
                let primes = Primes { below, tasks };
                let total: u64 = (0..tasks).map(|i| primes.task(i).unwrap()).sum();
                assert_eq!(total, count, "{below} in {tasks}");
            }
        }
    }

    #[test]
    fn mistakes_are_refused() {
        let message = |below, tasks| Primes { below, tasks }.validate().unwrap_err().to_string();
        assert!(message(1, 1).starts_with("below: 1 is outside"));
        assert!(message(100, 0).starts_with("tasks: 0"));
        assert!(
            message(100, 101)
                .starts_with("tasks: 101 is outside what is allowed; set tasks to a value from 1 to 100")
        );
    }
}
