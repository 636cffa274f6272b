//! In how many different orders the steps of one program came.

use std::collections::HashMap;

/// Counts equal orders: each with the number of runs that had it, the most frequent first.
///
/// ```
/// let runs = [vec!["a", "b"], vec!["b", "a"], vec!["a", "b"]];
/// let runs = runs.map(|order| order.into_iter().map(str::to_owned).collect());
/// let counted = film::count_orders(runs);
/// assert_eq!(counted[0], (vec!["a".to_owned(), "b".to_owned()], 2));
/// assert_eq!(counted.len(), 2);
/// ```
pub fn count_orders(runs: impl IntoIterator<Item = Vec<String>>) -> Vec<(Vec<String>, usize)> {
    let mut counts: HashMap<Vec<String>, usize> = HashMap::new();
    for order in runs {
        *counts.entry(order).or_default() += 1;
    }
    let mut orders: Vec<_> = counts.into_iter().collect();
    orders.sort_by(|(one, often), (other, less)| less.cmp(often).then_with(|| one.cmp(other)));
    orders
}
