//! What processes print reaches the reader whole, marked and in time.
//!
//! The test program runs itself: in the inner run `scene_…` prints, in the outer one the test reads.

use std::io::{Write, stdout};
use std::process::{Command, Output};

use subprocess::Workers;

/// Runs one scene in a program of its own.
fn watch(scene: &str) -> Output {
    let program = std::env::current_exe().unwrap();
    Command::new(program)
        .args([scene, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap()
}

/// What a scene printed, without what the test program says itself.
fn lines(printed: &[u8]) -> Vec<String> {
    let text = String::from_utf8(printed.to_vec()).unwrap();
    let own = |line: &&str| line.starts_with("[pid ") || line.starts_with("parent: ");
    text.lines().filter(own).map(ToOwned::to_owned).collect()
}

/// Ends the line that the test program has begun.
fn begin() {
    println!();
}

/// The pid and the text of a marked line.
fn unmark(line: &str) -> Option<(u32, &str)> {
    let (pid, text) = line.strip_prefix("[pid ")?.split_once("] ")?;
    Some((pid.parse().ok()?, text))
}

#[test]
#[ignore = "a scene for a test"]
fn scene_one_child() {
    begin();
    print!("parent: half a line, ");
    let child = subprocess::fork(|| {
        println!("first");
        println!("before EVCXR_BEGIN_CONTENT text/html");
        eprintln!("to stderr");
        print!("no end");
    });
    child.join().unwrap();
    println!("parent: joined");
}

#[test]
fn a_child_prints_marked_lines_before_join_returns() {
    let output = watch("scene_one_child");
    let printed = lines(&output.stdout);
    // What the parent had not finished stands once, where its buffer stood; the child inherits none of it.
    assert!(
        printed[0].starts_with("parent: half a line, [pid ") && printed[0].ends_with("] first"),
        "{printed:?}"
    );
    assert_eq!(printed[3], "parent: joined");
    // The kernel takes no orders from a child.
    let texts: Vec<&str> = printed[1..3].iter().map(|line| unmark(line).unwrap().1).collect();
    assert_eq!(texts, ["before EVCXR-BEGIN_CONTENT text/html", "no end"]);
    assert_eq!(lines(&output.stderr).len(), 1);
    assert!(lines(&output.stderr)[0].ends_with("] to stderr"));
}

#[test]
#[ignore = "a scene for a test"]
fn scene_many_children() {
    begin();
    let chat = |_: usize| {
        for line in 0..200 {
            println!("line {line} {}", "x".repeat(line % 50));
        }
    };
    let handles: Vec<_> = (0..8).map(|_| subprocess::fork(|| chat(0))).collect();
    handles.into_iter().for_each(|handle| handle.join().unwrap());
    println!("parent: joined");
    Workers::fork(3, chat).unwrap().run(6);
    println!("parent: ran");
}

#[test]
fn lines_of_many_children_stay_whole_and_in_order() {
    let printed = lines(&watch("scene_many_children").stdout);
    let joined = printed.iter().position(|line| line == "parent: joined").unwrap();
    let ran = printed.iter().position(|line| line == "parent: ran").unwrap();
    assert_eq!((joined, ran), (8 * 200, 8 * 200 + 1 + 6 * 200));
    let mut next = std::collections::HashMap::new();
    for (pid, text) in printed.iter().filter_map(|line| unmark(line)) {
        let line = next.entry(pid).or_insert(0usize);
        assert_eq!(text, format!("line {} {}", *line % 200, "x".repeat(*line % 200 % 50)));
        *line += 1;
    }
    assert_eq!(next.len(), 11);
}

#[test]
#[ignore = "a scene for a test"]
fn scene_much_text() {
    begin();
    let flood = || {
        stdout().write_all(&vec![b'a'; 1_000_000]).unwrap();
        stdout().write_all(&[b'\n', 0xff, b'b', b'\r', b'\n']).unwrap();
    };
    // Nobody else can print while this thread holds the lock, so joining has to.
    let held = stdout().lock();
    subprocess::fork(flood).join().unwrap();
    drop(held);
}

#[test]
fn a_million_letters_without_an_end_come_in_pieces() {
    let printed = lines(&watch("scene_much_text").stdout);
    let letters: usize = printed.iter().map(|line| line.bytes().filter(|byte| *byte == b'a').count()).sum();
    assert_eq!(letters, 1_000_000);
    assert!(printed.iter().all(|line| line.len() < 100_000));
    assert_eq!(unmark(printed.last().unwrap()).unwrap().1, "\u{fffd}b");
}

#[test]
#[ignore = "a scene for a test"]
fn scene_panics() {
    assert!(subprocess::fork(|| -> () { panic!("told to the parent") }).join().is_err());
    let helper =
        || std::thread::Builder::new().name("helper".into()).spawn(|| panic!("of a thread")).unwrap();
    assert!(subprocess::fork(|| helper().join().is_err()).join().unwrap());
}

#[test]
fn a_panic_that_the_parent_is_told_of_is_not_printed() {
    let output = watch("scene_panics");
    let printed = lines(&output.stderr);
    assert_eq!(printed.len(), 1, "{printed:?}");
    assert_eq!(unmark(&printed[0]).unwrap().1, "thread helper panicked: of a thread");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("stack backtrace"));
}
