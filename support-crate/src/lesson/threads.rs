//! The same work on several threads at once.

/// Calls `work` on so many threads at once; the first panic goes on to the caller.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> = (0..threads).map(|number| scope.spawn(move || work(number))).collect();
        let joined = started.into_iter().map(|thread| thread.join());
        joined.map(|end| end.unwrap_or_else(|payload| std::panic::resume_unwind(payload))).collect()
    })
}
