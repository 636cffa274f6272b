//! A notebook on anybody's evcxr: the kernel's own kernelspec, nothing prepared, none of the lab's settings.

use std::fs;
use std::time::{Duration, Instant};

use lab_tests::kernel::Kernel;
use lab_tests::{lab, notebook};
use serde_json::json;

#[test]
fn the_first_notebook_runs_on_a_stock_kernel() {
    let kernels = tempfile::tempdir().unwrap();
    let kernel = &lab::installed().evcxr_jupyter;
    let spec = json!({
        "argv": [kernel, "--control_file", "{connection_file}"],
        "display_name": "Rust", "language": "rust", "interrupt_mode": "message",
    });
    fs::create_dir(kernels.path().join("rust")).unwrap();
    fs::write(kernels.path().join("rust/kernel.json"), spec.to_string()).unwrap();

    let start = Instant::now();
    // What it compiles is kept, so that the next run of this test compiles only what has changed.
    let kept = notebook::workspace().join("target/lab/any-evcxr");
    fs::create_dir_all(&kept).unwrap();
    let mut kernel = Kernel::start_bare(kernels.path(), &[("EVCXR_TMPDIR", &kept)]);
    let mut pictures = 0;
    for (number, cell) in notebook::all()[0].code().enumerate() {
        // The first cell compiles the support crate with all that it depends on.
        let limit = Duration::from_secs(if number == 0 { 900 } else { 60 });
        kernel.begin(&cell.source);
        let shown = kernel.finish(limit);
        if number == 0 {
            println!("the set-up cell took {:.0?} on a stock kernel", start.elapsed());
        }
        let kept = cell.may_fail() || !shown.failed();
        assert!(kept, "code cell {} failed:\n{}\n{shown}", number + 1, cell.source);
        pictures += usize::from(shown.data.contains_key("image/png"));
    }
    assert!(pictures > 0, "no cell showed a picture");
}
