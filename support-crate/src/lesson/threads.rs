//! The same work on several threads at once, and tasks on one.

use crate::workload::yield_in_turn;

/// Calls `work` on so many threads at once; the first panic goes on to the caller.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> = (0..threads).map(|number| scope.spawn(move || work(number))).collect();
        let joined = started.into_iter().map(|thread| thread.join());
        joined.map(|end| end.unwrap_or_else(|payload| std::panic::resume_unwind(payload))).collect()
    })
}

/// Runs a future to its end on one thread, as `Async` does; tasks that are not `Send` may be spawned too.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.unwrap_or_else(|error| panic!("no runtime could be made: {error}"));
    let answer = tokio::task::LocalSet::new().block_on(&runtime, future);
    // Whatever was left running must not hold the answer up.
    runtime.shutdown_background();
    answer
}

/// Like [`block_on`], with tasks beside the future that take turns whenever the future, or a task that it spawned, gives way.
pub(crate) fn block_on_beside<T, Turn: Future<Output = ()> + Send + 'static>(
    turn: impl Fn() -> Turn + Clone + Send + 'static,
    future: impl Future<Output = T>,
) -> T {
    async fn take_turns<Turn: Future<Output = ()>>(turn: impl Fn() -> Turn) {
        loop {
            turn().await;
            yield_in_turn().await;
        }
    }
    block_on(async {
        // One in each of the queues that a task can be in: the runtime's, and that of tasks which stay on their thread.
        tokio::spawn(take_turns(turn.clone()));
        tokio::task::spawn_local(take_turns(turn));
        future.await
    })
}
