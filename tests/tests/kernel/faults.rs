//! A fault inside the kernel itself: it is said in a sentence, and the kernel goes on.

use std::path::Path;

use lab_tests::kernel::Kernel;

#[test]
fn a_fault_of_the_analyser_fails_one_request_and_variables_live() {
    let mut kernel = Kernel::start_with(&[("CONCURRENCY_LAB_FAULTS", Path::new("1"))]);
    kernel.run("let kept = vec![1, 2, 3];");

    let offered = kernel.complete("kept. // fault on demand", 5);
    assert!(offered.unwrap_err().contains("panicked"));
    assert!(kernel.complete("kept.le", 7).unwrap().iter().any(|name| name.starts_with("len")));
    assert_eq!(kernel.run("kept.len()").value(), "3");

    let cell = kernel.try_run("let lost = 1; // fault on demand");
    assert_eq!(cell.status, "error");
    assert!(cell.error.unwrap().contains("the kernel met a fault of its own in this cell"));
    assert_eq!(kernel.run("kept.len()").value(), "3");
}
