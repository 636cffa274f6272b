//! The figures of this crate: of fixed data, and of what was measured or recorded here.

mod slices;
mod timeline;

use figure::Figure;

/// Every figure by name.
pub fn all() -> Vec<(String, Figure)> {
    [slices::of_fixed_data(), slices::measured(), timeline::all()].concat()
}

/// Names that are hard to set.
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
