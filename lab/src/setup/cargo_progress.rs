//! What Cargo writes while it builds, as progress.

use crate::progress::Step;

/// Shows how far a Cargo build is: its bar reads `Building [==>  ] 102/367: name`.
pub fn follow(line: &str, step: &Step) {
    if let Some((done, total)) = counts(line) {
        step.at(done, total);
    }
    if let Some(name) = line.strip_prefix("Compiling ") {
        step.note(name.split(" (").next().unwrap_or(name).to_owned());
    }
}

fn counts(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.strip_prefix("Building [")?.split_once("] ")?;
    let (done, total) = rest.split(':').next()?.split_once('/')?;
    Some((done.trim().parse().ok()?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_own_progress_is_read() {
        assert_eq!(counts("Building [=====>      ] 102/367: ra_ap_hir, syn"), Some((102, 367)));
        assert_eq!(counts("Compiling syn v2.0.1"), None);
    }
}
