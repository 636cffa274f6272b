//! The likeliest mistakes in these notebooks: what the reader is told leads to the mend.

use crate::{KERNEL, locked};

/// What a reader wrote, and words of the answer that name the mend.
const MISTAKES: &[(&str, &[&str])] = &[
    ("compare(Downloads { files: 4.0, size: KIB, latency: ms(1) })", &["expected `usize`"]),
    ("compare(Download { files: 4, size: KIB, latency: ms(1) })", &["similar name exists: `Downloads`"]),
    ("compare(Downloads { files: 4, size: KIB })", &["missing `latency`"]),
    ("compare(Downloads { files: 4, size: KIB, latency: 5 })", &["expected `Duration`"]),
    ("compare(Waits { tasks: 4, wait: ms(1) }).round(3)", &["`rounds`"]),
    ("compare(Waits { tasks: 4, wait: ms(1) }).models([Sequential, Thread(4)])", &["`Threads`"]),
    ("compare(Waits { tasks: 4, wait: ms(1) }).models([Sequential, Threads])", &["use parentheses"]),
    ("compare(Waits { tasks: 0, wait: ms(1) })", &["set tasks to a value from 1"]),
    ("let offset = 3u64; std::thread::spawn(|| offset + 1).join().unwrap()", &["`move`"]),
    (
        "{ let one = std::rc::Rc::new(1); compare(Compute::new(4, move |n| n + *one)) }",
        &["cannot be sent between threads"],
    ),
    (
        "struct Point { x: usize }\ncompare(Compute::new(4, |n| Point { x: n }))",
        &["a task cannot hand back `Point`", "write `#[task_value]` in the line above"],
    ),
    (
        "compare(Compute::new(4, |n| n.to_string().parse::<u8>()))",
        &["a task cannot hand back `Result<u8, ParseIntError>`", "such as `error.to_string()`"],
    ),
    (
        "#[replayed]\nmod pool { fn main() { rayon::join(|| 1, || 2); } }",
        &["it uses `rayon`, whose threads cannot be put in order"],
    ),
    (
        "#[replayed]\nmod real { fn main() { ::std::thread::spawn(|| ()).join().unwrap(); } }",
        &["it uses `::std::thread`", "without a leading `::`"],
    ),
    (
        "#[replayed]\nmod served { #[tokio::main]\nasync fn main() {} }",
        &["it uses `tokio::main`", "tokio::block_on"],
    ),
    (
        "predict(\"How many?\", Threads(2)).against(&4.0)",
        &["a guess of `Model` cannot be held against `f64`", "a number, as `3.0`"],
    ),
    ("compare(Compute::new(4, || 5))", &["takes 0 arguments", "|_|"]),
    ("let first = 5\nlet second = 6;", &["expected `;`"]),
    ("let queue: VecDeque<u64> = VecDeque::new();", &["use std::collections::VecDeque"]),
];

#[test]
fn mistakes_are_told_with_the_mend_and_variables_live_on() {
    let mut kernel = locked(&KERNEL);
    kernel.run("let mistakes_so_far = 0;");
    for &(source, words) in MISTAKES {
        let told = kernel.try_run(source).to_string();
        let missing: Vec<_> = words.iter().filter(|word| !told.contains(**word)).collect();
        assert!(missing.is_empty(), "{missing:?} should be said of\n{source}\nbut this was:\n{told}");
        assert!(!told.contains("panicked"), "{source}\n{told}");
    }
    assert_eq!(kernel.run("mistakes_so_far").value(), "0");
}
