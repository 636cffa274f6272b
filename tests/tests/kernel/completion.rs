//! Tab: what the kernel offers while a reader types, and what becomes of the kernel when that fails.

use lab_tests::kernel::Kernel;
use lab_tests::notebook;

/// Every so manieth place of a cell is tried; another one in each cell, so that the course as a whole is covered evenly.
const STRIDE: usize = 97;

#[test]
fn completion_answers_all_over_the_course_and_cells_run_afterwards() {
    let mut kernel = Kernel::start();
    let mut tried = 0;
    for notebook in notebook::all() {
        for (number, cell) in notebook.code().enumerate() {
            let characters: Vec<char> = cell.source.chars().collect();
            for position in (number * 31 % STRIDE..=characters.len()).step_by(STRIDE) {
                let typed: String = characters[..position].iter().collect();
                let offered = kernel.complete(&typed, position);
                assert!(
                    offered.is_ok(),
                    "{}, code cell {}:\n{typed}\n{offered:?}",
                    notebook.name(),
                    number + 1
                );
                tried += 1;
            }
        }
    }
    println!("{tried} places");
    assert_eq!(kernel.run("6 * 7").value(), "42");
}

#[test]
fn models_are_offered_inside_an_array() {
    let mut kernel = Kernel::start();
    for (typed, due) in [
        ("let models = [Sequential, As", "Async"),
        ("compare(Waits { tasks: 2, time: ms(1) }).models([Sequential, Poo", "Pool"),
        ("let x: [Model; 2] = [Model::Thr", "Threads"),
        ("compare(Waits { tasks: 2, time: ms(1) }).rou", "rounds"),
    ] {
        let offered = kernel.complete(typed, typed.chars().count()).expect(typed);
        assert!(offered.iter().any(|name| name.starts_with(due)), "{typed}: {offered:?}");
    }
}
