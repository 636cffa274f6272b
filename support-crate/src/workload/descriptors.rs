//! Out of file descriptors: told as what it is, whatever the library that met it calls it.

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit};

use super::words;

/// What to do about `error`, met while a file or connection was opened.
pub(super) fn advice(error: &dyn std::fmt::Display) -> String {
    if !used_up() && !error.to_string().contains(Errno::EMFILE.desc()) {
        return "run the cell again".into();
    }
    let limit = getrlimit(Resource::RLIMIT_NOFILE)
        .map_or_else(|_| "all".into(), |(limit, _)| format!("all {}", words::count(limit as usize)));
    format!(
        "{limit} files and connections that this process may have open at once are in use: ask for fewer at once, or \
         raise the limit (ulimit -n) before the notebook starts"
    )
}

/// Whether not one more file can be opened right now.
fn used_up() -> bool {
    std::fs::File::open("/dev/null").is_err_and(|error| error.raw_os_error() == Some(Errno::EMFILE as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lack_of_descriptors_is_told_as_such() {
        assert_eq!(advice(&"connection refused"), "run the cell again");
        let error = std::io::Error::from_raw_os_error(Errno::EMFILE as i32);
        assert!(advice(&error).contains("ulimit -n"));
    }
}
