//! What is said of threads that the system does not let this process have.

use std::fmt::Display;

use crate::error::Error;
use crate::format;
use crate::machine::{by_mappings, thread_limit};

/// Threads' worth of mappings that are left free for everything else that the process will map.
const SPARE: usize = 250;
/// A limit counts as met when so few are left: some numbers are never given out, and others come and go meanwhile.
const NEARLY: usize = 400;

/// Refuses more threads than the system has mappings for. It has to be known before: where they run out inside a
/// new thread, std cannot but abort the whole process.
pub(super) fn check_mappings(threads: usize) -> Result<(), Error> {
    // Below this no system is known to be short of them, and counting takes time.
    let limit = if threads < 1_000 { None } else { by_mappings() };
    match limit.map(|limit| (limit.left.saturating_sub(SPARE), limit.name)) {
        Some((most, name)) if threads > most => Err(Error::unavailable(format!(
            "Threads({threads}): {name}; ask for at most {}",
            format::plural(most as u64, "thread")
        ))),
        _ => Ok(()),
    }
}

/// The system's refusal of one more thread, with the limit that was met where it can be told.
pub(super) fn refused(started: usize, asked: usize, error: &dyn Display) -> Error {
    Error::unavailable(format!(
        "Threads({asked}): the system refused one more after {} ({}); ask for fewer",
        format::plural(started as u64, "thread"),
        reason(error)
    ))
}

/// What the system said, and the limit that was met where it can be told.
pub(super) fn reason(error: &dyn Display) -> String {
    let met = thread_limit().filter(|limit| limit.left <= NEARLY);
    met.map_or_else(|| error.to_string(), |limit| format!("{error}: {}", limit.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_how_far_it_came_and_what_to_do() {
        let error = std::io::Error::from_raw_os_error(nix::errno::Errno::EAGAIN as i32);
        let sentence = refused(1_312, 5_000, &error).to_string();
        assert!(sentence.starts_with("Threads(5000): the system refused one more after 1,312 threads ("));
        assert!(sentence.ends_with("; ask for fewer"));
    }

    #[test]
    fn few_threads_are_always_let_through() {
        assert!(check_mappings(40).is_ok());
        if by_mappings().is_some_and(|limit| limit.left < 100_000) {
            assert!(check_mappings(100_000).unwrap_err().to_string().contains("max_map_count"));
        }
    }
}
