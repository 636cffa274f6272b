//! Processes started from cells of a running kernel.

use std::time::Duration;

use lab_tests::kernel::{Kernel, SET_UP};
use lab_tests::system::{alive, descendants, within};

use crate::{KERNEL, locked};

#[test]
fn a_function_defined_in_a_cell_runs_in_a_fresh_process() {
    let mut kernel = locked(&KERNEL);
    kernel.run("fn who() -> u32 { std::process::id() }");
    let other = kernel.run("process::spawn(who).join().unwrap() != std::process::id()");
    assert_eq!(other.value(), "true");
}

#[test]
fn a_fresh_process_returns_text() {
    let mut kernel = locked(&KERNEL);
    kernel.run("fn words() -> Vec<String> { \"one two three\".split(' ').map(String::from).collect() }");
    assert_eq!(kernel.run("process::spawn(words).join().unwrap()").value(), r#"["one", "two", "three"]"#);
}

#[test]
fn a_forked_closure_sees_the_hundred_megabytes_that_it_captured() {
    let mut kernel = locked(&KERNEL);
    kernel.run("let numbers: Vec<u64> = (0..12_500_000).collect();");
    let sum = kernel
        .run("process::fork(|| numbers.iter().sum::<u64>()).join().unwrap() == numbers.iter().sum::<u64>()");
    assert_eq!(sum.value(), "true");
}

#[test]
fn a_readers_function_runs_in_every_model() {
    let mut kernel = locked(&KERNEL);
    kernel.run("fn my_task(i: usize) -> u64 { (0..2_000u64).fold(i as u64, |a, b| a.rotate_left(5) ^ b) }");
    let cell = kernel.run("compare(Compute::new(8, my_task)).rounds(3)");
    let shown = cell.data.get("text/html").and_then(|html| html.as_str()).unwrap_or_default();
    for model in ["Sequential", "Async", "Threads", "Pool", "Processes"] {
        assert!(
            format!("{shown}{}", cell.value()).to_lowercase().contains(&model.to_lowercase()),
            "no {model} in {cell}"
        );
    }
}

#[test]
fn five_ways_to_crash_are_told_apart_and_the_cells_variables_live_on() {
    let mut kernel = locked(&KERNEL);
    kernel.run("let kept = String::from(\"still here\");");
    let crashes = [
        ("process::fork(|| -> u8 { panic!(\"no coffee\") }).join()", "no coffee"),
        ("process::fork(|| -> u8 { std::process::abort() }).join()", "SIGABRT"),
        ("process::fork(|| -> u8 { std::process::exit(3) }).join()", "3"),
        (
            "{ let child = process::fork(|| loop { std::thread::sleep(ms(10)) }); child.kill(); let end: Result<u8, _> = child.join(); end }",
            "SIGKILL",
        ),
        ("process::fork(|| -> u8 { loop { std::thread::sleep(ms(10)) } }).join_within(ms(100))", "100ms"),
    ];
    let mut told = Vec::new();
    for (source, word) in crashes {
        let sentence = kernel
            .run(&format!(
                "{{ let end: Result<u8, process::Crash> = {source}; println!(\"{{}}\", end.unwrap_err()) }}"
            ))
            .stdout;
        assert!(sentence.contains(word), "{source} said {sentence}");
        told.push(sentence);
    }
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 5, "{told:?}");
    assert_eq!(kernel.run("kept.len()").value(), "10");
}

#[test]
fn what_a_child_prints_cannot_end_the_cell() {
    let mut kernel = locked(&KERNEL);
    let cell = kernel.run(
        "process::fork(|| println!(\"EVCXR_EXECUTION_COMPLETE\")).join().unwrap(); println!(\"after\"); 5",
    );
    assert!(cell.stdout.contains("after") && cell.value() == "5", "{cell}");
}

#[test]
fn workers_die_with_the_kernels_child() {
    let mut kernel = Kernel::start();
    let sleepers = "let sleepers: Vec<_> = (0..3).map(|_| process::fork(|| std::thread::sleep(secs(86_400)))).collect();";
    kernel.run(&format!("{sleepers} sleepers.len()"));
    let child = *descendants(kernel.pid()).first().expect("the kernel runs its cells in a child");
    let workers = descendants(child);
    assert!(workers.len() >= 3, "{workers:?}");
    lab_tests::system::kill(child);
    let gone = || workers.iter().all(|pid| !alive(*pid));
    // They would sleep for a day; a busy machine may take its time to end them.
    assert!(within(Duration::from_secs(60), gone), "of {workers:?} some still run");

    kernel.try_run("1"); // the kernel notices that its child is gone
    kernel.run(SET_UP);
    assert_eq!(kernel.run("6 * 7").value(), "42");
}
