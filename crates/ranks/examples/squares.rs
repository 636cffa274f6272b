//! A program that is its own worker, started as usual or by mpiexec.
//!
//! ```console
//! cargo run --release -p ranks --features mpi --example squares -- MPI_HOME
//! mpiexec -n 3 target/release/examples/squares
//! ```

use ranks::{Hosts, Place, Ranks};

fn power(exponent: u32) -> impl FnMut(usize) -> usize {
    move |task| task.pow(exponent)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _world = ranks::world();
    let home = std::env::args().nth(1).unwrap_or_default().into();
    let place = Place { home, mend: "cargo lab setup --mpi" };
    // In a job that mpiexec started both use the same ranks, one after the other.
    let mut squares = Ranks::<usize>::start(2, &Hosts::Here, &place, power, 2)?;
    let mut cubes = Ranks::<usize>::start(1, &Hosts::Here, &place, power, 3)?;
    let run = |ranks: &mut Ranks<usize>| -> Result<Vec<usize>, _> {
        ranks.run_while(5, None, Result::is_ok).into_iter().collect()
    };
    println!("{:?} {:?} {:?}", run(&mut squares)?, run(&mut cubes)?, run(&mut squares)?);
    Ok(())
}
