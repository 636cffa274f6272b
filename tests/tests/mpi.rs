//! `Ranks(n)` as a reader meets it: in cells of real kernels, with the MPI that set-up installs.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use lab_tests::kernel::{Cell, Kernel};
use lab_tests::lab;
use lab_tests::notebook::workspace;
use lab_tests::system::{alive, descendants, within};

/// The folder that `cargo lab setup --mpi` fills.
static HOME: LazyLock<PathBuf> = LazyLock::new(|| {
    lab::succeed(lab::lab(["setup", "--mpi"]));
    workspace().join("target/lab/mpi")
});

/// A kernel that has MPI.
fn kernel() -> Kernel {
    LazyLock::force(&HOME);
    Kernel::start()
}

/// Everything a cell showed and said.
fn told(cell: &Cell) -> String {
    format!("{cell}")
}

/// The workers of all jobs of this kernel, and mpiexec and its proxies.
fn of_mpi(kernel: &Kernel) -> Vec<u32> {
    let name = |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let of_mpi = |pid: &u32| {
        ["ranks-worker", "mpiexec", "hydra_pmi_proxy"].iter().any(|known| name(*pid).trim() == *known)
    };
    descendants(kernel.pid()).into_iter().filter(of_mpi).collect()
}

fn nothing_is_left(kernel: &Kernel) -> bool {
    within(Duration::from_secs(5), || of_mpi(kernel).is_empty())
}

/// Waits until so many processes of MPI are there, and gives them.
fn running(kernel: &Kernel, count: usize) -> Vec<u32> {
    assert!(within(Duration::from_secs(60), || of_mpi(kernel).len() >= count), "{:?}", of_mpi(kernel));
    of_mpi(kernel)
}

/// The process of a rank: they are started in their order.
fn rank(kernel: &Kernel, rank: usize) -> u32 {
    let name = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let mut workers: Vec<u32> =
        of_mpi(kernel).into_iter().filter(|pid| name(pid).trim() == "ranks-worker").collect();
    workers.sort_unstable();
    workers[rank]
}

#[test]
fn a_function_of_a_cell_gives_the_same_structs_in_every_model() {
    let mut kernel = kernel();
    kernel.run(
        "#[task_value]\nstruct Found { name: String, steps: u32, even: Option<bool> }\nfn search(i: usize) -> Found { \
         let mut n = i as u64 + 27; let mut steps = 0; while n != 1 { n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 }; steps += 1; } \
         Found { name: format!(\"task {i}\"), steps, even: Some(steps % 2 == 0) } }",
    );
    let shown = kernel.run(
        "let result = compare(Compute::new(40, search)).models([Sequential, Threads(2), Processes(2), Ranks(2)]).rounds(5).run(); result",
    );
    assert!(told(&shown).contains("MPI ranks (2)"), "{shown}");
    assert!(!told(&shown).to_lowercase().contains("fail"), "{shown}");
    let equal = kernel.run("values(Compute::new(40, search), Ranks(3)).unwrap() == values(Compute::new(40, search), Sequential).unwrap()");
    assert_eq!(equal.value(), "true");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));

    // Tasks on both ranks, at the same time.
    let film = kernel.run("compare(Waits { tasks: 2, wait: ms(100) }).models([Sequential, Ranks(2)]).rounds(1).run().timeline()");
    assert!(told(&film).contains("2 in MPI ranks (2)"), "{film}");
    let scaled = kernel.run("scaling(Compute::new(8, search), 1..=2).with(Ranks).rounds(3).run()");
    assert!(told(&scaled).contains("MPI rank"), "{scaled}");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));
}

#[test]
fn what_a_rank_does_wrong_is_one_sentence_and_leaves_no_process() {
    let mut kernel = kernel();
    kernel.run("let kept = 42_usize;");
    // The tasks are not short: of those that are, who is at which one is not known. How a rank ended is told where mpiexec names that
    // one, which depends on what it sees first.
    let cases = [
        ("|i: usize| -> u8 { if i == 3 { panic!(\"no {i}\") } 1 }", "task 3 panicked: no 3"),
        (
            "|i: usize| -> u8 { pause(ms(30)); if i == 3 { std::process::abort() } 1 }",
            " at task 3, and MPI ended the job with it",
        ),
        (
            "|i: usize| -> u8 { pause(ms(30)); if i == 3 { std::process::exit(7) } 1 }",
            " at task 3, and MPI ended the job with it",
        ),
        (
            "|i: usize| -> u8 { pause(ms(30)); if i == 3 { std::process::exit(0) } 1 }",
            " at task 3, and MPI ended the job with it",
        ),
    ];
    for (function, sentence) in cases {
        let source = format!(
            "{{ let work: fn(usize) -> u8 = {function}; println!(\"{{}}\", values(Compute::new(8, work), Ranks(2)).unwrap_err()) }}"
        );
        let said = kernel.run(&source).stdout;
        assert!(said.contains(sentence), "{function}: {said}");
        assert!(nothing_is_left(&kernel), "{function}: {:?}", of_mpi(&kernel));
    }
    let captured =
        kernel.run("println!(\"{}\", values(Compute::new(8, move |i| i + kept), Ranks(2)).unwrap_err())");
    assert!(captured.stdout.contains("a closure cannot start in a fresh process"), "{captured}");
    for (count, sentence) in
        [("0", "0 ranks run nothing"), ("10_000", "10,000 ranks are more than the 512 allowed")]
    {
        let said = kernel.run(&format!(
            "println!(\"{{}}\", values(Waits {{ tasks: 2, wait: ms(1) }}, Ranks({count})).unwrap_err())"
        ));
        assert!(said.stdout.contains(sentence), "{said}");
    }
    assert_eq!(kernel.run("kept").value(), "42");
}

#[test]
fn a_rank_that_hangs_or_is_killed_is_named_and_the_cell_goes_on() {
    let mut kernel = kernel();
    let hangs = "compare(Compute::new(4, (|i| { if i == 2 { loop { std::hint::spin_loop() } } i }) as fn(usize) -> usize))\
                 .models([Ranks(2)]).patience(secs(1)).run()";
    let cell = kernel.run(&format!("let result = {hangs}; result"));
    assert!(told(&cell).contains("task 2 did not end"), "{cell}");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));

    kernel.begin("println!(\"{}\", values(Waits { tasks: 2, wait: secs(60) }, Ranks(2)).unwrap_err())");
    running(&kernel, 5);
    std::thread::sleep(Duration::from_secs(1));
    lab_tests::system::kill(rank(&kernel, 2));
    let cell = kernel.finish(Duration::from_secs(30));
    let (first, last) = ("rank 2 (pid ", " at task ");
    assert!(cell.stdout.contains(first) && cell.stdout.contains(last), "{cell}");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));
}

#[test]
fn nothing_is_left_of_two_kernels_of_which_one_is_stopped_and_one_killed() {
    let (mut one, mut other) = (kernel(), kernel());
    for kernel in [&mut one, &mut other] {
        kernel.run("let kept = 7;");
        kernel.begin("println!(\"{}\", values(Waits { tasks: 2, wait: secs(60) }, Ranks(2)).unwrap_err())");
    }
    let [first, second] = [&one, &other].map(|kernel| running(kernel, 5));
    assert!(first.iter().all(|pid| !second.contains(pid)));
    one.interrupt();
    let stopped = one.finish(Duration::from_secs(30));
    assert!(stopped.stdout.contains("stopped"), "{stopped}");
    assert!(nothing_is_left(&one), "{:?}", of_mpi(&one));
    assert_eq!(one.run("kept").value(), "7");
    other.kill();
    assert!(within(Duration::from_secs(10), || !second.iter().any(|pid| alive(*pid))), "{second:?}");
}

#[test]
fn stopped_costs_of_messages_keep_the_rounds_that_ended() {
    let mut kernel = kernel();
    kernel.begin("let costs = message_costs(); println!(\"{}\", costs.verdict())");
    // A job of two ranks is four processes, a round two jobs: whoever sees a ninth is in the second round.
    let mut seen = BTreeSet::new();
    let second_round = || {
        seen.extend(of_mpi(&kernel));
        seen.len() > 8
    };
    assert!(within(Duration::from_secs(60), second_round));
    kernel.interrupt();
    let cell = kernel.finish(Duration::from_secs(30));
    assert!(
        cell.stdout.contains("Stopped by you, after ") && cell.stdout.contains(" of 6 rounds."),
        "{cell}"
    );
    let kept = kernel.run("costs.ways.iter().all(|way| !way.sizes.is_empty())");
    assert_eq!(kept.value(), "true");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));
}

#[test]
fn ranks_that_wait_sleep_and_read_nothing() {
    let mut kernel = kernel();
    // The first lane's ranks wait while the second one's wait for their tasks.
    kernel.begin(
        "let work: fn(usize) -> usize = |i| { let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); \
         std::thread::sleep(secs(12)); line.len() }; println!(\"{:?}\", values(Compute::new(2, work), Ranks(3)))",
    );
    let processes = running(&kernel, 6);
    std::thread::sleep(Duration::from_secs(1));
    let used = || processes.iter().map(|pid| cpu(*pid)).collect::<Vec<_>>();
    let mut readings = vec![used()];
    for _ in 0..3 {
        std::thread::sleep(Duration::from_secs(3));
        readings.push(used());
    }
    for (place, pid) in processes.iter().enumerate() {
        // The quietest of three: whoever does not sleep has none, and a busy machine makes waking up dear.
        let windows = readings.windows(2).map(|pair| (pair[1][place] - pair[0][place]) * 10.0 / 3.0);
        let used = windows.fold(f64::MAX, f64::min);
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        eprintln!("{used:.3} s in 10 s: {}", name.trim());
        assert!(used < 0.1, "{pid} used {used} s");
    }
    let cell = kernel.finish(Duration::from_secs(60));
    assert!(cell.stdout.contains("Ok([0, 0])"), "their stdin is at its end: {cell}");
}

/// Seconds of processor time that a process has used.
fn cpu(pid: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

#[test]
fn a_value_of_a_gigabyte_arrives() {
    let mut kernel = kernel();
    let cell = kernel.run(
        "let work: fn(usize) -> Vec<u8> = |i| vec![i as u8 + 1; 1 << 30];\n\
         println!(\"{:?}\", values(Compute::new(1, work), Ranks(1)).map(|values| (values[0].len(), values[0][1 << 29])))",
    );
    assert!(cell.stdout.contains("Ok((1073741824, 1))"), "{cell}");
}

#[test]
fn without_mpi_or_with_another_one_it_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none");
    let ask = "println!(\"{}\", values(Waits { tasks: 2, wait: ms(1) }, Ranks(2)).unwrap_err())";
    let refusal = |home: &Path, path: Option<&Path>| {
        let mut variables = vec![("CONCURRENCY_LAB_MPI", home)];
        variables.extend(path.map(|path| ("PATH", path)));
        let mut kernel = Kernel::start_with(&variables);
        let said = kernel.run(ask).stdout;
        assert!(nothing_is_left(&kernel));
        said
    };
    let said = refusal(&none, None);
    assert!(said.contains("Ranks(2): MPI is not set up here: run `cargo lab setup --mpi`"), "{said}");
    assert!(said.contains("no restart is needed"), "{said}");

    // The program is there, but an mpiexec that is on PATH is no such thing, or another MPI's.
    let bin = folder.path().join("home/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::copy(HOME.join("bin/ranks-worker"), bin.join("ranks-worker")).unwrap();
    let on_path = |script: &str, name: &str| {
        let own = folder.path().join(name);
        fs::create_dir_all(&own).unwrap();
        self::script(&own, "mpiexec", script);
        let all = std::env::var_os("PATH").unwrap_or_default();
        let all = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&all))).unwrap();
        refusal(&folder.path().join("home"), Some(Path::new(&all)))
    };
    let said = on_path("echo rubbish; exit 0", "rubbish");
    assert!(said.contains("starts no ranks (rubbish)") && said.contains("cargo lab setup --mpi"), "{said}");
    // Each rank of another MPI is alone in a job of its own.
    let said = on_path("shift 2; \"$@\"; \"$@\"", "other");
    assert!(said.contains("is of another MPI than the worker (of 2 ranks each saw 1)"), "{said}");
}

#[test]
fn a_program_is_its_own_worker_started_as_usual_or_by_mpiexec() {
    let mut build = cargo(["rustc", "--release", "--example", "squares"]);
    build.arg("--").arg(format!("-Clink-arg=-Wl,-rpath,{}", HOME.join("lib").display()));
    lab::succeed(build);
    let program = lab::target().join("release/examples/squares");
    let squares_and_cubes = "[0, 1, 4, 9, 16] [0, 1, 8, 27, 64] [0, 1, 4, 9, 16]\n";
    let mut alone = Command::new(&program);
    alone.arg(&*HOME);
    assert_eq!(lab::succeed(alone), squares_and_cubes);
    let started = |ranks: &str| {
        let mut mpiexec = Command::new(HOME.join("bin/mpiexec"));
        mpiexec.args(["-n", ranks]).arg(&program).stdin(Stdio::null());
        mpiexec
    };
    assert_eq!(lab::succeed(started("3")), squares_and_cubes);
    let said = lab::said(&started("2").output().unwrap());
    assert!(
        said.contains("2 ranks: mpiexec started this program with 2") && said.contains("`mpiexec -n 3`"),
        "{said}"
    );
}

#[test]
fn what_only_the_feature_compiles_is_linted_too() {
    let mut clippy = cargo(["clippy", "--release", "--all-targets"]);
    clippy.args(["--", "-D", "warnings"]);
    lab::succeed(clippy);
}

/// Cargo, for the crate with the feature that needs an MPI.
fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let clang = walk(&HOME.join("lib"), "libclang.so").expect("set-up installs libclang");
    let mut cargo = lab::cargo(arguments);
    cargo.args(["-p", "ranks", "--features", "mpi"]);
    cargo.env("MPICC", HOME.join("bin/mpicc")).env("LIBCLANG_PATH", clang.parent().unwrap());
    cargo
}

/// The first file of this name below a folder.
fn walk(folder: &Path, name: &str) -> Option<PathBuf> {
    lab_tests::system::listing(folder)
        .into_keys()
        .find(|path| path.file_name().is_some_and(|file| file == name))
}

#[test]
fn ranks_on_hosts_run_the_same_code() {
    LazyLock::force(&HOME);
    let folder = tempfile::tempdir().unwrap();
    // In the place of ssh: what it is asked to start on another host is started here.
    let here = script(
        folder.path(),
        "here",
        "while [ \"$1\" != alpha ] && [ \"$1\" != beta ]; do shift; done; shift; exec sh -c \"$*\"",
    );
    let mut kernel =
        Kernel::start_with(&[("HYDRA_LAUNCHER_EXEC", &here), ("HYDRA_LAUNCHER", Path::new("ssh"))]);
    let cell = kernel.run(
        "let result = compare(Waits { tasks: 4, wait: ms(1) }).models([Sequential, Ranks(3)]).rounds(2).hosts([\"alpha\", \"beta:2\"]).run(); result",
    );
    assert!(told(&cell).contains("MPI ranks (3)") && !told(&cell).contains("could not"), "{cell}");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));
}

/// A program that a shell runs.
fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn a_host_that_does_not_answer_is_named_and_waited_for_in_vain_only_for_a_while() {
    LazyLock::force(&HOME);
    let folder = tempfile::tempdir().unwrap();
    let silent = script(folder.path(), "silent", "exec sleep 600");
    let variables = [("HYDRA_LAUNCHER_EXEC", silent.as_path()), ("HYDRA_LAUNCHER", Path::new("ssh"))];
    let mut kernel = Kernel::start_with(&variables);
    let cell = kernel.run(
        "let result = compare(Waits { tasks: 2, wait: ms(1) }).models([Ranks(2)]).hosts([\"203.0.113.1\"]).run(); result",
    );
    assert!(told(&cell).contains("did not start within"), "{cell}");
    assert!(told(&cell).contains("203.0.113.1"), "{cell}");
    assert!(nothing_is_left(&kernel), "{:?}", of_mpi(&kernel));
    let cell =
        kernel.run("compare(Waits { tasks: 2, wait: ms(1) }).models([Ranks(2)]).hosts([\"a b\"]).run()");
    assert!(told(&cell).contains("is no host"), "{cell}");
}
