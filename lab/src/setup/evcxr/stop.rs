
/// How a stop reaches the cell that runs, and what the reader is told of it. (Added by the lab's set-up, whose program holds
/// this as text.)
pub mod stop {
    use std::collections::BTreeMap;
    use std::process::Child;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
    use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
    use std::time::{Duration, Instant};

    /// How long a cell that was asked to stop may go on.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// The number of the cell at hand; 0 between cells.
    static CELL: AtomicU32 = AtomicU32::new(0);
    /// Its code runs: it was compiled.
    static RUNS: AtomicBool = AtomicBool::new(false);
    static ASKED: AtomicBool = AtomicBool::new(false);
    /// It ended by a panic, or by an error that a `?` returned.
    static BROKEN: AtomicBool = AtomicBool::new(false);
    /// Variables, each with the cell that defined it.
    static DEFINED: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

    pub fn begin(cell: u32) {
        [&RUNS, &ASKED, &BROKEN].map(|state| state.store(false, SeqCst));
        CELL.store(cell, SeqCst);
    }

    pub fn end() {
        CELL.store(0, SeqCst);
    }

    /// Stops the cell at hand: one that is compiled is not run; one that runs is asked, and ended when it is asked again or
    /// goes on for too long.
    pub fn ask(process: &Arc<Mutex<Child>>) {
        let cell = CELL.load(SeqCst);
        if cell == 0 {
            return;
        }
        if !ASKED.swap(true, SeqCst) {
            let process = process.clone();
            std::thread::spawn(move || see_it_end(cell, &process));
        } else if RUNS.load(SeqCst) {
            let _ = locked(process).kill();
        }
    }

    fn see_it_end(cell: u32, process: &Mutex<Child>) {
        let mut told: Option<Instant> = None;
        while CELL.load(SeqCst) == cell {
            if !RUNS.load(SeqCst) {
                end_compilers(std::process::id(), locked(process).id());
            } else if told.is_some_and(|told| told.elapsed() > PATIENCE) {
                let _ = locked(process).kill();
                return;
            } else {
                // Again and again: the first may come just before the cell begins, which forgets what came before it.
                unsafe { libc::kill(locked(process).id() as i32, libc::SIGINT) };
                told.get_or_insert_with(Instant::now);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the compilers that `parent` started, and what they started.
    fn end_compilers(parent: u32, runtime: u32) {
        for child in children(parent).into_iter().filter(|child| *child != runtime) {
            let name = std::fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if ["cargo", "rustc"].contains(&name.trim()) || parent != std::process::id() {
                end_compilers(child, runtime);
                unsafe { libc::kill(child as i32, libc::SIGKILL) };
            }
        }
    }

    fn children(parent: u32) -> Vec<u32> {
        let threads = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
        let listed = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
        listed.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()).collect()
    }

    /// The cell is compiled and about to run: whether it may.
    pub(crate) fn may_run() -> bool {
        RUNS.store(true, SeqCst);
        let may = !ASKED.load(SeqCst);
        RUNS.store(may, SeqCst);
        may
    }

    /// Whether the cell was stopped before it ran.
    pub(crate) fn came_first() -> bool {
        ASKED.load(SeqCst) && !RUNS.load(SeqCst)
    }

    /// The cell that runs tells that it ends early.
    pub(crate) fn breaks() {
        BROKEN.store(true, SeqCst);
    }

    pub(crate) fn broke() -> bool {
        BROKEN.load(SeqCst)
    }

    pub(crate) fn defined(variable: &str) {
        locked(&DEFINED).insert(variable.to_owned(), CELL.load(SeqCst));
    }

    /// What the reader has to know and do after the process that runs cells has ended.
    pub(crate) fn lost<'a>(how: &str, variables: impl Iterator<Item = &'a str>) -> String {
        let defined = locked(&DEFINED);
        // The cell before the reader's first has a variable of its own.
        let mut known: Vec<(&str, u32)> =
            variables.filter_map(|name| Some((name, *defined.get(name)?))).filter(|(_, cell)| *cell > 0).collect();
        known.sort_unstable_by_key(|&(name, cell)| (cell, name));
        let what = if ASKED.load(SeqCst) {
            "stopped by you: this cell went on, so the process that runs cells was ended".to_owned()
        } else {
            format!("the process that runs cells has ended ({how})")
        };
        if known.is_empty() {
            return format!("{what}; no variable of an earlier cell was lost with it");
        }
        let names: Vec<String> = known.iter().map(|(name, _)| format!("`{name}`")).collect();
        let mut cells: Vec<String> = known.iter().map(|(_, cell)| format!("[{cell}]")).collect();
        cells.dedup();
        format!(
            "{what}, and the variables of earlier cells are gone; functions, types and imports are kept. \
             To have {} back, run {} again",
            names.join(", "),
            cells.join(", "),
        )
    }
}
