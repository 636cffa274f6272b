//! The stop button, pressed while cells of every kind run.

use std::time::{Duration, Instant, SystemTime};

use lab_tests::kernel::{Cell, Kernel};
use lab_tests::system::{descendants, within};

/// Seconds after which a cell that was asked to stop is ended by force; one that looks ends well before.
const BY_FORCE: f64 = 3.0;

/// Runs a cell, presses the button once it has run for a while, and says how long the cell then took to end.
fn stopped(kernel: &mut Kernel, source: &str, after: Duration, presses: usize) -> (Cell, f64) {
    let folder = tempfile::tempdir().unwrap();
    let begun = folder.path().join("begun");
    kernel.begin(&format!("std::fs::write({begun:?}, \"\").unwrap(); {source}"));
    assert!(within(Duration::from_secs(60), || begun.exists()), "it was not compiled: {source}");
    std::thread::sleep(after);
    let pressed = Instant::now();
    (0..presses).for_each(|_| kernel.interrupt());
    let cell = kernel.finish(Duration::from_secs(60));
    (cell, pressed.elapsed().as_secs_f64())
}

/// A loop that looks at nothing.
const SPINS: &str = "loop { std::hint::spin_loop() }";

/// What measures or waits, each far longer than this test; and a word of what the reader sees.
const LONG: &[(&str, &str)] = &[
    ("compare(Waits { tasks: 8, wait: ms(50) }).rounds(500)", "stopped by you after"),
    ("compare(Compute::new(4, |_| { std::thread::sleep(secs(60)); 1u8 }))", "stopped by you"),
    (
        "compare(Compute::new(2, |_| loop { std::hint::spin_loop() } as u8)).models([Threads(2), Sequential])",
        "stopped by you",
    ),
    (
        "compare(Compute::new(4, |_| { std::thread::sleep(secs(60)); 1u8 })).models([Processes(2), Pool(2)])",
        "stopped by you",
    ),
    ("scaling(Waits { tasks: 8, wait: ms(50) }, 1..=4).rounds(500)", "stopped by you"),
    ("growth(|tasks| Waits { tasks, wait: secs(20) }).tasks([10, 100])", "stopped by you"),
    ("unit_costs()", "stopped by you"),
    ("map()", "stopped by you after"),
    ("advise(Waits { tasks: 8, wait: secs(5) })", "stopped by you"),
    ("ledger()", "stopped by you"),
    ("heartbeat(ms(5_000))", "stopped by you"),
    ("slices(3, secs(10))", ""),
    ("film(|| for turn in 0..600 { step!(\"turn {turn}\"); pause(ms(100)) })", "stopped by you"),
    ("orders(1_000, || pause(ms(50)))", "runs"),
    ("python(\"import time\\nprint('held back')\\ntime.sleep(25)\")", "held back"),
    ("println!(\"{}\", values(Waits { tasks: 4, wait: secs(60) }, Async).unwrap_err())", "stopped by you"),
    ("println!(\"{}\", process::fork(|| std::thread::sleep(secs(60))).join().unwrap_err())", "stopped"),
    (
        "let mut workers = process::Workers::fork(2, |_| std::thread::sleep(secs(60))).unwrap(); \
         println!(\"{}\", workers.run(4)[3].as_ref().unwrap_err())",
        "stopped",
    ),
    (
        "let mut turns = 0u64; while !stop_asked() { turns += 1; } println!(\"a loop stopped\");",
        "a loop stopped",
    ),
];

#[test]
fn whatever_measures_or_waits_ends_and_hands_back_what_it_has() {
    let mut kernel = Kernel::start();
    kernel.run("let kept = vec![1, 2, 3];");
    let runtime = *descendants(kernel.pid()).first().expect("the kernel runs its cells in a child");
    for (source, word) in LONG {
        let (cell, seconds) = stopped(&mut kernel, source, Duration::from_millis(1_500), 1);
        println!("{seconds:.2} s  {source}");
        assert_eq!(cell.status, "ok", "{source}\n{cell}");
        let shown = format!("{}{}", cell.value(), cell.stdout).to_lowercase();
        assert!(shown.contains(word), "{source} says\n{shown}");
        assert!(seconds < BY_FORCE, "{source} went on for {seconds} s");
        assert_eq!(kernel.run("kept.len()").value(), "3", "after {source}");
        let alone = || descendants(runtime).is_empty();
        assert!(within(Duration::from_secs(5), alone), "{source} left {:?}", descendants(runtime));
    }
    // A stop of one cell means nothing to the next.
    let after = kernel.run("compare(Waits { tasks: 4, wait: ms(1) }).rounds(3)");
    assert!(!after.value().contains("stopped by you"), "{after}");
}

#[test]
fn a_cell_that_does_not_look_is_ended_and_the_reader_is_told_what_to_run_again() {
    let mut kernel = Kernel::start();
    kernel.run("let numbers = vec![1, 2, 3];");
    kernel.run("fn three() -> usize { 3 }");
    let (cell, seconds) = stopped(&mut kernel, SPINS, Duration::from_millis(500), 1);
    assert!(seconds >= BY_FORCE, "it was ended after {seconds} s, before its time was over");
    let told = cell.error.as_deref().unwrap_or_default();
    assert!(told.contains("stopped by you: this cell went on"), "{cell}");
    assert!(told.contains("To have `numbers` back, run [3] again"), "{cell}");
    assert!(!told.contains("concurrency_lab_loaded"), "{cell}");
    assert_eq!(kernel.run("three()").value(), "3", "functions are kept");

    let (cell, seconds) = stopped(&mut kernel, SPINS, Duration::from_millis(500), 2);
    assert!(seconds < BY_FORCE, "a second press ends it at once, not after {seconds} s");
    assert!(cell.error.unwrap_or_default().contains("no variable of an earlier cell was lost"));
}

#[test]
fn a_compiler_that_is_stopped_at_any_moment_leaves_nothing_that_a_later_cell_stumbles_over() {
    let mut kernel = Kernel::start();
    kernel.run("let (list, word) = (vec![1, 2, 3], String::from(\"x\"));");
    for turn in 0..8_u64 {
        // New to every kernel, or it would not be compiled at all.
        let nonce = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
        kernel.begin(&format!(
            "let v: Vec<String> = list.iter().map(|n| format!(\"{{n}}{nonce}\")).collect();"
        ));
        std::thread::sleep(Duration::from_millis(100 + 40 * turn));
        kernel.interrupt();
        kernel.finish(Duration::from_secs(60));
        let after = kernel.run(&format!("println!(\"{{word}} {nonce}\");"));
        assert_eq!(after.stdout.trim_end(), format!("x {nonce}"), "{after}");
    }
}

#[test]
fn the_stop_button_is_heard_in_the_process_that_took_the_place_of_an_ended_one() {
    let mut kernel = Kernel::start();
    let (_, seconds) = stopped(&mut kernel, SPINS, Duration::from_millis(100), 1);
    assert!(seconds >= BY_FORCE, "{seconds}");
    kernel.run("let kept = 7;");
    let (cell, seconds) =
        stopped(&mut kernel, "pause(secs(20)); busy(secs(20)); kept", Duration::from_millis(300), 1);
    assert!(!cell.failed() && cell.value() == "7" && seconds < BY_FORCE, "{seconds} {cell}");
}

#[test]
fn a_cell_that_is_still_compiled_is_not_run() {
    let mut kernel = Kernel::start();
    kernel.run("let kept = 5;");
    // Long enough to compile that the button is pressed in time.
    let functions: String =
        (0..400).map(|n| format!("fn f{n}(x: u64) -> u64 {{ (0..x).map(|y| y ^ {n}).sum() }}\n")).collect();
    let calls: Vec<String> = (0..400).map(|n| format!("f{n}(3)")).collect();
    // And new to every kernel, or it would not be compiled at all.
    let source =
        format!("{functions}println!(\"ran {{}}\", {}); // {:?}", calls.join(" + "), SystemTime::now());
    kernel.begin(&source);
    std::thread::sleep(Duration::from_millis(300));
    kernel.interrupt();
    let cell = kernel.finish(Duration::from_secs(60));
    assert!(
        cell.error.unwrap_or_default().contains("stopped by you before this cell ran"),
        "{}",
        cell.stdout
    );
    assert!(!cell.stdout.contains("ran"));
    assert_eq!(kernel.run("kept").value(), "5");
}
