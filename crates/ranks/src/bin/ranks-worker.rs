//! What `mpiexec` starts on every host: rank 0 hands out tasks, the others load code and run them.

fn main() {
    let _world = ranks::world();
    eprintln!("ranks-worker is started by a program that has tasks to run, not by hand");
    std::process::exit(2);
}
