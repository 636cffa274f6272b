//! Numbers typed in prose that a reader's own run could contradict.
//!
//! A number in a Markdown cell stands if it cannot differ from run to run: it is a parameter (it stands in a
//! code cell of the notebook), part of a question, of a prompt to change something or of a name ("Python 3.13",
//! "chapter 16", a list's numbering). Anything else is a measurement that belongs to a generated sentence, or is
//! declared in the same cell, with the reason, as a comment that the reader does not see:
//!
//! ```text
//! <!-- fixed: 60; an interface draws that often by definition -->
//! ```

use crate::markdown;
use crate::notebook::Cell;

/// Words after which a number is part of a name.
const NAMED: &str = "python cpython rust evcxr jupyterlab tokio rayon crossbeam edition chapter section notebook \
    notebooks page exercise step part question claim claims item http pep rfc version sqlite";

/// Words of a prompt that gives the reader a value to try.
const PROMPTS: &str =
    "set change try raise lower replace increase decrease reduce predict give pick choose double";

/// Units in which only results are told: no prompt and no parameter excuses them.
const RESULTS: [&str; 6] = ["x", "×", "%", "percent", "times", "fold"];

/// Words that compare by a number without a digit.
const COMPARED: [&str; 9] =
    ["fast", "faster", "slow", "slower", "quick", "quicker", "long", "longer", "shorter"];

/// A number as it stands in a sentence.
#[derive(Debug, PartialEq)]
struct Number {
    /// As typed: `2,000`.
    typed: String,
    /// The word glued to it or right behind it, in small letters: `x`, `ms`, `million`.
    unit: String,
    /// The word before it, in small letters.
    before: String,
}

/// What is wrong with the numbers in the Markdown of a notebook: one line for each finding.
pub fn findings(cells: &[Cell]) -> Vec<String> {
    let code: Vec<f64> =
        cells.iter().filter(|cell| cell.is_code).flat_map(|cell| literals(&cell.source)).collect();
    let first = cells.iter().position(|cell| !cell.is_code);
    let mut found = Vec::new();
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_code) {
        let fixed = declared(&cell.source, &mut found);
        let mut used = vec![false; fixed.len()];
        let mut excused = |what: &str| {
            let item = fixed.iter().position(|item| item == what);
            item.map(|item| used[item] = true).is_some()
        };
        for sentence in markdown::sentences(&cell.source) {
            if sentence.trim_end_matches(['*', '_', '"', ')']).ends_with('?') {
                continue;
            }
            let reading_time = first == Some(at) && sentence.contains("minute");
            for number in numbers(&sentence) {
                if !(reading_time || stands(&number, &sentence, &code) || excused(&number.typed)) {
                    found.push(format!("\"{}\" is typed in: {sentence}", number.typed));
                }
            }
            if let Some(words) = comparison(&sentence).filter(|words| !excused(words)) {
                found.push(format!("\"{words}\" is typed in: {sentence}"));
            }
        }
        let stale = fixed.iter().zip(&used).filter(|(_, used)| !**used);
        found
            .extend(stale.map(|(item, _)| format!("\"{item}\" is declared fixed, but needs no declaration")));
    }
    found
}

/// What a cell declares as fixed, `<!-- fixed: 60, 25; why -->`.
fn declared(source: &str, found: &mut Vec<String>) -> Vec<String> {
    let mut items = Vec::new();
    for comment in markdown::comments(source) {
        let Some(body) = comment.strip_prefix("fixed:") else { continue };
        match body.split_once(';') {
            Some((list, why)) if !why.trim().is_empty() => {
                items.extend(list.split(", ").map(|item| item.trim().trim_matches('"').to_owned()));
            }
            _ => found.push(format!("a declaration without its reason: {comment}")),
        }
    }
    items
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|one| one == word)
}

/// True if no run can contradict this number.
fn stands(number: &Number, sentence: &str, code: &[f64]) -> bool {
    if is_one_of(NAMED, &number.before) {
        return true;
    }
    if RESULTS.contains(&number.unit.as_str()) {
        return false;
    }
    if markdown::list_number(sentence.trim_start()) == Some(&number.typed)
        && sentence.starts_with(&number.typed)
    {
        return true;
    }
    let mut words = sentence.split(|c: char| !c.is_alphanumeric());
    words.any(|word| is_one_of(PROMPTS, &word.to_lowercase()))
        || value(&number.typed).is_some_and(|plain| {
            scales(&number.unit).iter().any(|scale| code.contains(&(plain * scale)) || plain == 0.0)
        })
}

/// Factors by which a parameter in code can differ from its form in prose: "2 million" is `2_000_000`.
fn scales(unit: &str) -> &'static [f64] {
    match unit {
        "thousand" => &[1e3],
        "million" => &[1.0, 1e6],
        "billion" => &[1.0, 1e9],
        "kb" | "kib" => &[1.0, 1e3, 1024.0],
        "mb" | "mib" => &[1.0, 1e6, 1_048_576.0],
        _ => &[1.0],
    }
}

/// The numbers of a sentence. Digits inside a word (`u64`, `sqlite3`) are none.
fn numbers(sentence: &str) -> Vec<Number> {
    let mut found = Vec::new();
    let mut before = String::new();
    let mut words = sentence.split([' ', '(', ')', '[', ']', '"', '–', '—', '/', '~', '≈', '*']).peekable();
    while let Some(word) = words.next() {
        // A hyphen parts a range (1-8) and a compound (40-task).
        for part in word.split('-').filter(|part| !part.is_empty()) {
            let digits = part.trim_start_matches(['<', '>', '=', '+', '#', '±']);
            let end =
                digits.find(|c: char| !(c.is_ascii_digit() || "_,.".contains(c))).unwrap_or(digits.len());
            let typed = digits[..end].trim_end_matches(['.', ',']);
            if typed.starts_with(|c: char| c.is_ascii_digit()) {
                let glued = digits[end..].trim_end_matches(|c: char| c.is_ascii_punctuation() && c != '%');
                let next =
                    words.peek().map_or("", |next| next.trim_matches(|c: char| c.is_ascii_punctuation()));
                let unit = if glued.is_empty() { next } else { glued };
                found.push(Number {
                    typed: typed.to_owned(),
                    unit: unit.to_lowercase(),
                    before: before.clone(),
                });
            }
            let plain = part.trim_matches(|c: char| !c.is_alphanumeric());
            if !plain.is_empty() {
                before = plain.to_lowercase();
            }
        }
    }
    found
}

/// A comparison by a number in words, as "twice as fast" or "ten times longer".
fn comparison(sentence: &str) -> Option<String> {
    let words: Vec<String> = sentence
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let at = words.iter().position(|word| ["twice", "half", "times", "double"].contains(&word.as_str()))?;
    let near = words.iter().enumerate().skip(at + 1).take(2);
    let (end, _) = near.into_iter().find(|(_, word)| COMPARED.contains(&word.as_str()))?;
    let start = if words[at] == "times" { at.saturating_sub(1) } else { at };
    Some(words[start..=end].join(" "))
}

/// The number literals of code, underscores and type endings dropped.
fn literals(code: &str) -> Vec<f64> {
    let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
    let ranges = words.flat_map(|word| word.split(".."));
    ranges
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|word| {
            let end = word.find(|c: char| c.is_alphabetic()).unwrap_or(word.len());
            value(word[..end].trim_end_matches(['.', '_']))
        })
        .collect()
}

/// A typed number's value; `None` for a version such as `1.88.0`.
fn value(typed: &str) -> Option<f64> {
    typed.replace(['_', ','], "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, prose: &str) -> Vec<String> {
        let cell = |is_code, source: &str| Cell { is_code, source: source.into(), ..Cell::default() };
        findings(&[cell(false, "# Opening"), cell(true, code), cell(false, prose)])
    }

    #[test]
    fn a_measured_number_is_found() {
        for prose in [
            "Threads were 1.96x faster.",
            "It takes about 40 ms.",
            "You save 30% of the time.",
            "Your 2 cores are busy.",
            "A thread is `1.9x` faster.",
            "```text\nthreads 812 ms\n```",
            "| threads | 812 ms |",
        ] {
            assert_eq!(check("let files = 25;", prose).len(), 1, "{prose}");
        }
    }

    #[test]
    fn a_comparison_in_words_is_found() {
        assert_eq!(
            check("", "Processes are twice as fast."),
            ["\"twice as fast\" is typed in: Processes are twice as fast."]
        );
        assert_eq!(check("", "This is ten times slower there.").len(), 1);
        assert_eq!(check("", "Run it three times, twice on one core."), [""; 0]);
    }

    #[test]
    fn a_parameter_stands() {
        let code =
            "let files = 40; let latency = ms(25); Primes { below: 2_000_000, tasks: 64 * KIB }; 1..=8";
        let prose = "Fetch 40 files of 64 KiB after 25 ms; primes below 2 million, 2,000,000 in digits, 1 to 8 at once.";
        assert_eq!(check(code, prose), [""; 0]);
    }

    #[test]
    fn names_questions_prompts_and_numbering_stand() {
        for prose in [
            "Python 3.13 and chapter 16 of the Book.",
            "Will it take 40 ms or 1 s?",
            "**Change this, watch that:** set `files` to 400.",
            "1. First\n2. Second",
            "The type `u64`, u64 and sqlite3.",
            "See page 7 and [PEP 703](https://peps.python.org/pep-0703/).",
            "Amdahl: $1 / (s + (1 - s) / 8)$",
        ] {
            assert_eq!(check("", prose), [""; 0], "{prose}");
        }
    }

    #[test]
    fn a_prompt_does_not_excuse_a_result() {
        assert_eq!(check("", "Change `files` and it is 3x faster.").len(), 1);
    }

    #[test]
    fn a_declared_number_stands_with_a_reason_only() {
        let prose = "An interface draws 60 times. <!-- fixed: 60; by definition -->";
        assert_eq!(check("", prose), [""; 0]);
        assert_eq!(check("", "It draws 60 times. <!-- fixed: 60 -->").len(), 2);
        assert_eq!(
            check("let a = 60;", "Draws 60. <!-- fixed: 60; why -->"),
            ["\"60\" is declared fixed, but needs no declaration"]
        );
    }

    #[test]
    fn reading_time_stands_in_the_opening_only() {
        let cell = |source: &str| Cell { source: source.into(), ..Cell::default() };
        let opening = cell("About 10 minutes.");
        assert_eq!(findings(std::slice::from_ref(&opening)), [""; 0]);
        assert_eq!(findings(&[cell("Hello."), opening]).len(), 1);
    }
}
