//! What a program does that was written by `cargo lab export`: the cell's comparison, without a notebook around it.

use std::fs;
use std::process::ExitCode;

use crate::show::Shown;

/// Makes this program part of the MPI job that mpiexec started it in, if it did: rank 0 goes on, and `Ranks` are those of this job. The
/// others run tasks and go no further. Keep it to the end of `main`. Started otherwise, or built without the feature `mpi`, it does
/// nothing.
#[cfg(feature = "mpi")]
pub fn start() -> ranks::World {
    ranks::world()
}

/// Does nothing: this program was built without the feature `mpi`.
#[cfg(not(feature = "mpi"))]
pub fn start() {}

/// Prints a result as text and writes its picture into the current folder, as `NAME.png` and `NAME.svg`. Fails where there is no
/// picture, since then the text is the sentence that says why, and where the folder cannot be written.
///
/// ```
/// use concurrency_lab::prelude::*;
/// let refused = compare(Waits { tasks: 0, wait: ms(1) });
/// let ended = concurrency_lab::program::report(&refused, "waits"); // prints that 0 tasks are too few
/// assert_ne!(format!("{ended:?}"), format!("{:?}", std::process::ExitCode::SUCCESS));
/// ```
pub fn report(result: &impl Shown, name: &str) -> ExitCode {
    let figure = result.figure();
    println!("{figure}");
    let (Some(png), Some(svg)) = (figure.png(), figure.svg()) else { return ExitCode::FAILURE };
    for (file, content) in [(format!("{name}.png"), png), (format!("{name}.svg"), svg.into_bytes())] {
        if let Err(error) = fs::write(&file, content) {
            eprintln!("{file} cannot be written: {error}");
            return ExitCode::FAILURE;
        }
        println!("{file}");
    }
    ExitCode::SUCCESS
}
