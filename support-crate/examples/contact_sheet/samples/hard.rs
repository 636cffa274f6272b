//! What is hard to set.

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
