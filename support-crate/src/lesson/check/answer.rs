//! What work in an exercise gives, and whether all of it came back.

/// What came of work: fixed, and not to be guessed from its number by a glance.
pub(super) fn answer(number: usize) -> u64 {
    137 + 61 * number as u64 + (number as u64 * number as u64) % 7
}

/// Each of `count` things has to have been done exactly once, by the numbers of what was done.
pub(super) fn each_once(what: &str, done: &str, count: usize, numbers: &[usize]) -> Result<(), String> {
    for number in 0..count {
        match numbers.iter().filter(|&&other| other == number).count() {
            1 => {}
            0 => return Err(format!("{what} {number} was never {done}")),
            times => return Err(format!("{what} {number} was {done} {times} times; once is enough")),
        }
    }
    Ok(())
}

/// The answers of all `count` things have to be there, in their order.
pub(super) fn all_in_order(what: &str, answers: &[u64], count: usize) -> Result<(), String> {
    if answers.len() != count {
        return Err(format!("{} answers came back for {count} {what}s", answers.len()));
    }
    let Some(wrong) = (0..count).find(|&number| answers[number] != answer(number)) else { return Ok(()) };
    let (came, expected) = (answers[wrong], answer(wrong));
    let shuffled = (0..count).all(|number| answers.contains(&answer(number)));
    let advice = if shuffled { format!("; keep the order of the {what}s") } else { String::new() };
    Err(format!("in place {wrong} stands {came}, but {what} {wrong} gives {expected}{advice}"))
}
