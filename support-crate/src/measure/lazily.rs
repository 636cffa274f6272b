//! Measurements that run when they are shown or asked for, and once at most.

/// Running and showing of a type with `done`, `title()` and `measure()`: written once, since traits would have to be in scope.
macro_rules! lazily {
    ($type:ty, $result:ty) => {
        impl $type {
            /// Runs it. A mistake in the parameters yields a result whose every figure and text is that one sentence.
            pub fn run(self) -> $result {
                self.result();
                self.done.into_inner().unwrap_or_default()
            }

            /// Runs it unless it has run, and hands out the result: what showing it in a cell does.
            pub fn result(&self) -> &$result {
                let problem = |error: $crate::error::Error| <$result>::problem(error.to_string());
                self.done.get_or_init(|| self.measure().unwrap_or_else(problem))
            }
        }

        impl $result {
            /// A result that did not come about, with the reason in one sentence.
            pub fn problem(sentence: impl Into<String>) -> Self {
                Self { problem: Some(sentence.into()), ..Self::default() }
            }
        }

        /// What is measured: a cell that does not compile is tried with this, which must not run anything.
        impl std::fmt::Debug for $type {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let state = if self.done.get().is_some() { "measured" } else { "not measured yet" };
                write!(out, "{} ({state})", self.title())
            }
        }
    };
}
pub(super) use lazily;
