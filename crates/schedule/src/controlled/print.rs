//! `println!` under control: a step that says what it printed, and prints nothing.

use std::panic::Location;

use crate::run::{self, Operation};

/// Notes a line that the program prints.
#[doc(hidden)]
#[track_caller]
pub fn print(line: String) {
    let print = Operation { kind: "prints", object: 0, at: Location::caller() };
    print.perform(run::turn, |()| format!("{line:?}"));
}
