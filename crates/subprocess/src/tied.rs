//! Programs of somebody else that end when this process does.

use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::process::{Child, Command};

use nix::fcntl::OFlag;
use nix::unistd::Pid;

use crate::{descriptors, sys};

/// Starts a program that the system kills when this process ends, however it does.
///
/// # Errors
/// The program cannot be started.
///
/// ```
/// let mut sleep = subprocess::start_tied(std::process::Command::new("sleep").arg("60"))?;
/// sleep.kill()?;
/// assert!(!sleep.wait()?.success());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn start_tied(command: &mut Command) -> io::Result<Child> {
    let mut registry = descriptors::lock();
    // The program inherits this opening of the lifeline, and keeps it open without knowing.
    let lifeline = descriptors::open_again(registry.lifeline()?.as_raw_fd(), OFlag::empty())?;
    let mut child = command.spawn()?;
    if let Err(error) = sys::kill_on_hangup(lifeline.as_fd(), Pid::from_raw(child.id() as i32)) {
        let _ = child.kill().and_then(|()| child.wait());
        return Err(error.into());
    }
    Ok(child)
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn it_ends_with_the_process_that_started_it() {
        let child = crate::fork(|| {
            let mut command = Command::new("sleep");
            let program = start_tied(command.arg("60").stdin(Stdio::null())).unwrap();
            let pid = program.id();
            // Not waited for: it is to outlive this process, if it can.
            std::mem::forget(program);
            pid
        });
        let stat = format!("/proc/{}/stat", child.join().unwrap());
        let deadline = Instant::now() + Duration::from_secs(20);
        // Gone, or dead and not waited for yet.
        while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            assert!(Instant::now() < deadline, "it is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
