//! Cells that share state, kernels side by side, and kernels that die.

use std::fs;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use lab_tests::kernel::Kernel;
use lab_tests::system::{alive, descendants, within};

use crate::{KERNEL, Shared, locked};

/// Another one, started with another build of the support crate on the path of libraries, as `cargo run` and
/// `cargo test` put it there.
static OTHER: Shared = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another-build");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("libconcurrency_lab.so"), "another build").unwrap();
    Mutex::new(Kernel::start_with(&[("LD_LIBRARY_PATH", &folder)]))
});

#[test]
fn a_static_of_the_support_crate_counts_on_from_cell_to_cell() {
    let mut kernel = locked(&KERNEL);
    let counts = [(); 2].map(|()| kernel.run("concurrency_lab::probe::count()").value().to_owned());
    assert_eq!(counts, ["1", "2"]);
}

#[test]
fn what_a_cell_prints_is_shown_with_that_cell_whole() {
    let mut kernel = locked(&KERNEL);
    // Without the end of a line, before a value, from a thread, before a panic.
    assert_eq!(kernel.run("print!(\"one\");").stdout.trim_end(), "one");
    let cell = kernel.run("print!(\"two\"); eprint!(\"three\"); 4");
    assert_eq!((cell.stdout.trim_end(), cell.stderr.trim_end(), cell.value()), ("two", "three", "4"));
    let cell = kernel.try_run("print!(\"five\"); panic!(\"six\")");
    assert!(cell.stdout.starts_with("five") && cell.stderr.contains("six") && cell.failed(), "{cell}");
    for turn in 0..20 {
        let cell =
            kernel.run("std::thread::spawn(|| { println!(\"out\"); eprintln!(\"err\") }).join().unwrap();");
        assert_eq!((cell.stdout.as_str(), cell.stderr.as_str()), ("out\n", "err\n"), "turn {turn}");
    }
}

#[test]
fn a_value_that_takes_a_variable_along_is_shown_as_any_other() {
    let mut kernel = locked(&KERNEL);
    // A warning, here of a variable that nobody uses, is no reason to show it in a lesser way.
    let cell = "let unused = 3; let text = String::from(\"abc\");\n\
                compare(Compute::new(2, move |_| text.len())).models([Sequential]).rounds(2)";
    let value = kernel.run(cell).value().to_owned();
    assert!(value.contains("2 rounds, shuffled"), "{value}");
}

#[test]
fn a_variable_whose_type_is_defined_anew_is_kept_and_one_without_a_name_is_explained() {
    let mut kernel = locked(&KERNEL);
    kernel.run("#[derive(Debug)] struct Point { x: u32 }\nlet point = Point { x: 1 };");
    kernel.run("#[derive(Debug)] struct Point { x: f64, y: u8 }");
    assert_eq!(kernel.run("let point = Point { x: 3.0, y: 1 }; point.x").value(), "3.0");
    assert_eq!(kernel.run("point.x + f64::from(point.y)").value(), "4.0");
    kernel.run("fn double(i: usize) -> usize { 2 * i }");
    let error = kernel.try_run("let doubles = Compute::new(3, double);").error.unwrap_or_default();
    assert!(error.contains("`doubles` cannot be kept") && error.contains("f as fn(usize) -> u64"), "{error}");
    kernel.run("let doubles = Compute::new(3, double as fn(usize) -> usize);");
}

#[test]
fn what_join_gives_is_kept_though_its_type_names_a_trait_that_nobody_imported() {
    let mut kernel = locked(&KERNEL);
    kernel.try_run("let ended = std::thread::spawn(|| if true { panic!(\"oh\") }).join();");
    assert_eq!(kernel.run("ended.is_err()").value(), "true");
    kernel.run("let boxed: Box<dyn std::fmt::Debug + Send> = Box::new(3); let f: Box<dyn Fn(u8) -> u8> = Box::new(|x| x + 1);");
    assert_eq!(kernel.run("(format!(\"{boxed:?}\"), f(2))").value(), "(\"3\", 3)");
}

#[test]
fn words_about_threads_of_others_are_no_use_of_them() {
    let mut kernel = locked(&KERNEL);
    let program =
        "#[replayed]\nmod words {\n/// As rayon::join does.\nfn main() { println!(\"process::exit\"); } }";
    assert!(kernel.run(&format!("{program}\nexplore(words)")).value().contains("1 order"));
}

#[test]
fn an_atomic_is_a_variable_by_whatever_name_the_compiler_knows_it() {
    let mut kernel = locked(&KERNEL);
    kernel.run("let counter = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(2));");
    let added = "counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1";
    assert_eq!(kernel.run(added).value(), "3");
}

#[test]
fn a_tokio_runtime_built_in_one_cell_is_used_in_the_next() {
    let mut kernel = locked(&KERNEL);
    kernel.run("let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();");
    let timed = "tokio::spawn(async { tokio::time::sleep(ms(1)).await; 7 })";
    assert_eq!(kernel.run(&format!("runtime.block_on(async {{ {timed}.await.unwrap() }})")).value(), "7");
}

#[test]
fn cells_share_rayons_pool() {
    let mut kernel = locked(&KERNEL);
    let threads = "rayon::broadcast(|_| format!(\"{:?}\", std::thread::current().id()))";
    let seen = [(); 2].map(|()| kernel.run(threads).value().to_owned());
    assert!(seen[0].contains("ThreadId"), "{seen:?}");
    assert_eq!(seen[0], seen[1], "each cell started a pool of its own");

    kernel.run("let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();");
    assert_eq!(kernel.run("pool.install(|| rayon::current_num_threads())").value(), "2");
}

#[test]
fn cells_are_built_as_a_release_is() {
    let mut kernel = locked(&KERNEL);
    assert_eq!(kernel.run("cfg!(debug_assertions)").value(), "false");
    let wrapped = "let largest: u8 = std::env::args().count().min(1) as u8 * 255; largest + 1";
    assert_eq!(kernel.run(wrapped).value(), "0", "overflow checks are on");
}

#[test]
fn two_kernels_run_at_once_and_share_nothing() {
    let (mut one, mut other) = (locked(&KERNEL), locked(&OTHER));
    let folder = tempfile::tempdir().unwrap();
    let signal = folder.path().join("go");
    // Ends only when the other kernel has run a cell meanwhile.
    one.begin(&format!("while !std::path::Path::new({signal:?}).exists() {{ std::thread::sleep(ms(1)) }} 1"));
    other.run("let shared = String::from(\"other\");");
    other.run(&format!("std::fs::write({signal:?}, \"\").unwrap();"));
    assert_eq!(other.run("shared.len()").value(), "5");
    assert_eq!(one.finish(Duration::from_secs(60)).value(), "1");
    assert_eq!(one.try_run("shared.len()").status, "error", "a variable went from one kernel to the other");
}

#[test]
fn cells_load_the_crate_that_was_built_for_them_and_no_other() {
    locked(&OTHER).run("concurrency_lab::probe::count()");
}

#[test]
fn a_package_that_a_reader_adds_works_beside_the_crate_that_is_loaded_already() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    fs::create_dir_all(mine.join("src")).unwrap();
    fs::write(mine.join("Cargo.toml"), "[package]\nname = \"mine\"\nedition = \"2024\"\n").unwrap();
    fs::write(mine.join("src/lib.rs"), "pub fn seven() -> u32 { 7 }\n").unwrap();
    let mut kernel = Kernel::start();
    assert_eq!(kernel.run("concurrency_lab::probe::count()").value(), "1");
    let added =
        format!(":dep mine = {{ path = {mine:?} }}\nmine::seven() + concurrency_lab::probe::count() as u32");
    assert_eq!(kernel.run(&added).value(), "9", "the crate was loaded twice");
    assert_eq!(kernel.run("mine::seven()").value(), "7");
}

#[test]
fn an_interrupt_ends_a_cell_that_never_would() {
    let mut kernel = locked(&OTHER);
    let folder = tempfile::tempdir().unwrap();
    let begun = folder.path().join("begun");
    kernel.begin(&format!("std::fs::write({begun:?}, \"\").unwrap(); loop {{ std::hint::spin_loop() }}"));
    assert!(within(Duration::from_secs(60), || begun.exists()), "the cell did not begin");
    kernel.interrupt();
    kernel.finish(Duration::from_secs(60));
    kernel.run(lab_tests::kernel::SET_UP);
    assert_eq!(kernel.run("6 * 7").value(), "42");
}

#[test]
fn a_kernel_killed_hard_leaves_nothing_behind_and_the_next_one_starts() {
    let mut first = Kernel::start();
    first.run("let kept = vec![1, 2, 3];");
    let processes = descendants(first.pid());
    assert!(!processes.is_empty(), "the kernel runs its cells in a child");
    first.kill();
    let gone = || processes.iter().all(|pid| !alive(*pid));
    assert!(within(Duration::from_secs(60), gone), "of {processes:?} some still run");
    assert_eq!(Kernel::start().run("6 * 7").value(), "42");
}
