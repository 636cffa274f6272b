//! What samples have in common: models, captions, names that are hard to set, and noise.

use figure::Caption;

use super::model::Model;

pub const MODELS: [Model; 7] = [
    Model::Sequential,
    Model::Async,
    Model::AsyncOn(2),
    Model::Threads(4),
    Model::Pool(4),
    Model::Processes(4),
    Model::Spawned(4),
];

pub const MACHINE: &str =
    "2 of 8 cores, AMD EPYC 7B13, Linux 6.1, rustc 1.95 (opt-level 3), 9 rounds, seed 1";

pub fn caption(title: &str) -> Caption {
    Caption::new(title, MACHINE)
}

/// A title, names and a subtitle that are hard to set.
pub fn hard_caption() -> Caption {
    Caption::new(
        format!("A title that goes on <script>alert(\"x\") & 'y'</script> 并发编程 {}", "and on ".repeat(40)),
        format!("{MACHINE}; {}", "x".repeat(300)),
    )
    .with_note(format!(
        "A warning that is far longer than a line: {}",
        "look at the load of this machine ".repeat(12)
    ))
}

pub fn hard_names() -> Vec<String> {
    vec![
        "n".repeat(200),
        "a name of many words that nobody would give but somebody will ".repeat(3),
        "并发任务与线程池的名字".repeat(20),
        "<script>alert(1)</script> & \"quotes\" 'too'".into(),
        "مرحبا 🚀 \u{202e}reversed\u{0} nul".into(),
        String::new(),
    ]
}

/// A cheap, repeatable stand-in for noise: values around 1 that spread by `spread`.
pub fn noise(seed: u64, number: usize, spread: f64) -> impl Iterator<Item = f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    })
    .take(number)
    .map(move |unit| 1.0 + spread * (unit - 0.5))
}
