//! Tab: what the kernel offers while a reader types, all over the course.

use lab_tests::notebook;

use crate::{KERNEL, locked};

/// One in so many places of a cell is tried; cells start at different ones, so that the course is covered evenly.
const STRIDE: usize = 97;

#[test]
fn completion_answers_all_over_the_course_and_cells_run_afterwards() {
    let mut kernel = locked(&KERNEL);
    let mut answered = 0;
    for notebook in notebook::all() {
        for (number, cell) in notebook.code().enumerate() {
            let characters: Vec<char> = cell.source.chars().collect();
            for position in (number * 31 % STRIDE..=characters.len()).step_by(STRIDE) {
                let typed: String = characters[..position].iter().collect();
                // A cell that grows, and one that is mended in the middle.
                for source in [&typed, &cell.source] {
                    let offered = kernel.complete(source, position);
                    // evcxr declines some places, as within a comment, in a sentence; that does no harm.
                    let sound = offered.as_ref().err().is_none_or(|error| !error.contains("panicked"));
                    assert!(sound, "{}, code cell {}:\n{typed}\n{offered:?}", notebook.name(), number + 1);
                    answered += usize::from(offered.is_ok());
                }
            }
        }
    }
    assert!(answered > 100, "only {answered} places were answered");
    assert_eq!(kernel.run("6 * 7").value(), "42");
}

#[test]
fn a_half_typed_name_is_completed_inside_arrays_and_calls() {
    let mut kernel = locked(&KERNEL);
    for (typed, due) in [
        ("let models = [Sequential, As", "Async"),
        ("compare(Waits { tasks: 2, wait: ms(1) }).models([Poo", "Pool"),
        ("let two: [Model; 2] = [Model::Thr", "Threads"),
        ("compare(Waits { tasks: 2, wait: ms(1) }).rou", "rounds"),
        // Two constants of different types, which ended a kernel without the patch.
        ("const FEW: u8 = 1; const MANY: u64 = 2; let all = [FEW, MA", "MANY"),
        ("let pool = rayon::ThreadPoolBuilder::new().num_thr", "num_threads"),
    ] {
        let offered = kernel.complete(typed, typed.chars().count()).expect(typed);
        assert!(offered.iter().any(|name| name.starts_with(due)), "{typed}: {offered:?}");
    }
}
