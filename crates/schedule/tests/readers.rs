//! Programs of the kinds that readers bring, from the ideas of the Rust Book's chapter 16, Rust Atomics and Locks, and the standard
//! library's documentation: written as they are anywhere, and run without a change.

use schedule::{Outcome, Program, Search, explore, replayed};

/// How it ends, in all orders that were tried.
fn endings(program: Program) -> Vec<String> {
    let found = explore(program, Search { schedules: 3_000, ..Search::default() }).unwrap();
    let told = found.endings.iter().map(|ending| match &ending.outcome {
        Outcome::Answer(answer) => answer.clone(),
        other => format!("{other:?}"),
    });
    assert!(found.complete, "{found:?}");
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

replayed! {
    // The Book: a thread that takes a vector with it.
    mod moved_into_a_thread {
        use std::thread;
        fn main() -> i32 {
            let numbers = vec![1, 2, 3];
            let handle = thread::spawn(move || {
                println!("a vector: {numbers:?}");
                numbers.iter().sum()
            });
            handle.join().unwrap()
        }
    }
}

replayed! {
    // The Book: counting up in two threads, with pauses.
    mod two_that_count {
        use std::thread;
        use std::time::Duration;
        fn main() {
            let handle = thread::spawn(|| {
                for number in 1..3 {
                    println!("hi number {number} from the spawned thread!");
                    thread::sleep(Duration::from_millis(1));
                }
            });
            for number in 1..3 {
                println!("hi number {number} from the main thread!");
                thread::sleep(Duration::from_millis(1));
            }
            handle.join().unwrap();
        }
    }
}

replayed! {
    // The Book: several producers and one consumer.
    mod several_producers {
        use std::sync::mpsc;
        use std::thread;
        fn main() -> usize {
            let (sender, receiver) = mpsc::channel();
            let second = sender.clone();
            thread::spawn(move || {
                for word in ["hi", "from"] {
                    sender.send(word.to_string()).unwrap();
                }
            });
            thread::spawn(move || second.send("more".to_string()).unwrap());
            receiver.into_iter().map(|word| word.len()).sum()
        }
    }
}

replayed! {
    // The Book: a counter behind `Arc<Mutex<_>>`.
    mod shared_counter {
        use std::sync::{Arc, Mutex};
        use std::thread;
        fn main() -> i32 {
            let counter = Arc::new(Mutex::new(0));
            let mut handles = vec![];
            for _ in 0..4 {
                let counter = Arc::clone(&counter);
                handles.push(thread::spawn(move || {
                    let mut number = counter.lock().unwrap();
                    *number += 1;
                }));
            }
            for handle in handles {
                handle.join().unwrap();
            }
            *counter.lock().unwrap()
        }
    }
}

replayed! {
    // Atomics and Locks: a flag that stops a worker.
    mod stop_flag {
        use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
        use std::thread;
        static STOP: AtomicBool = AtomicBool::new(false);
        fn main() {
            let worker = thread::spawn(|| {
                while !STOP.load(Relaxed) {
                    thread::yield_now();
                }
            });
            STOP.store(true, Relaxed);
            worker.join().unwrap();
        }
    }
}

replayed! {
    // Atomics and Locks: identifiers that never repeat, by compare-and-exchange.
    mod unique_numbers {
        use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
        use std::thread;
        static NEXT: AtomicU32 = AtomicU32::new(0);
        fn allocate() -> u32 {
            let mut id = NEXT.load(Relaxed);
            loop {
                assert!(id < 1000, "too many IDs!");
                match NEXT.compare_exchange_weak(id, id + 1, Relaxed, Relaxed) {
                    Ok(_) => return id,
                    Err(v) => id = v,
                }
            }
        }
        fn main() -> bool {
            let [one, other] = [thread::spawn(allocate), thread::spawn(allocate)];
            one.join().unwrap() != other.join().unwrap()
        }
    }
}

replayed! {
    // Atomics and Locks: a spin lock of one's own.
    mod spin_lock {
        use std::sync::atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release},
        };
        use std::thread;
        struct SpinLock {
            locked: AtomicBool,
            value: AtomicUsize,
        }
        impl SpinLock {
            fn add(&self, more: usize) {
                while self.locked.swap(true, Acquire) {
                    std::hint::spin_loop();
                }
                self.value.store(self.value.load(Relaxed) + more, Relaxed);
                self.locked.store(false, Release);
            }
        }
        fn main() -> usize {
            let sum = SpinLock { locked: AtomicBool::new(false), value: AtomicUsize::new(0) };
            thread::scope(|s| {
                s.spawn(|| sum.add(1));
                s.spawn(|| sum.add(2));
            });
            sum.value.load(Relaxed)
        }
    }
}

replayed! {
    // Atomics and Locks: a thread that is parked until there is work.
    mod parked {
        use std::collections::VecDeque;
        use std::sync::Mutex;
        use std::thread;
        fn main() -> u32 {
            let queue = Mutex::new(VecDeque::new());
            thread::scope(|s| {
                let consumer = s.spawn(|| loop {
                    let item = queue.lock().unwrap().pop_front();
                    match item {
                        Some(item) => break item,
                        None => thread::park(),
                    }
                });
                queue.lock().unwrap().push_back(7);
                consumer.thread().unpark();
                consumer.join().unwrap()
            })
        }
    }
}

replayed! {
    // The library's documentation: a condition and a flag.
    mod condition {
        use std::sync::{Arc, Condvar, Mutex};
        use std::thread;
        fn main() -> bool {
            let pair = Arc::new((Mutex::new(false), Condvar::new()));
            let pair2 = Arc::clone(&pair);
            thread::spawn(move || {
                let (lock, cvar) = &*pair2;
                let mut started = lock.lock().unwrap();
                *started = true;
                cvar.notify_one();
            });
            let (lock, cvar) = &*pair;
            let mut started = lock.lock().unwrap();
            while !*started {
                started = cvar.wait(started).unwrap();
            }
            *started
        }
    }
}

replayed! {
    // The library's documentation: a barrier, readers and a writer, a value made once, and thread-locals.
    mod the_rest_of_sync {
        use std::cell::RefCell;
        use std::sync::{Arc, Barrier, OnceLock, RwLock};
        use std::thread;
        thread_local! {
            static SEEN: RefCell<u32> = RefCell::new(1);
        }
        fn main() -> u32 {
            let (barrier, number, once) = (Arc::new(Barrier::new(2)), Arc::new(RwLock::new(5)), Arc::new(OnceLock::new()));
            let (b, n, o) = (barrier.clone(), number.clone(), once.clone());
            let other = thread::spawn(move || {
                *n.write().unwrap() += 1;
                b.wait();
                SEEN.with(|seen| *seen.borrow_mut() += 1);
                *o.get_or_init(|| 10) + SEEN.with(|seen| *seen.borrow())
            });
            barrier.wait();
            let read = *number.read().unwrap();
            read + *once.get_or_init(|| 10) + other.join().unwrap()
        }
    }
}

#[test]
fn they_work_without_a_change() {
    assert_eq!(endings(moved_into_a_thread), ["6"]);
    assert_eq!(endings(two_that_count), ["()"]);
    assert_eq!(endings(several_producers), ["10"]);
    assert_eq!(endings(shared_counter), ["4"]);
    assert_eq!(endings(stop_flag), ["()"]);
    assert_eq!(endings(unique_numbers), ["true"]);
    assert_eq!(endings(spin_lock), ["3"]);
    assert_eq!(endings(parked), ["7"]);
    assert_eq!(endings(condition), ["true"]);
    assert_eq!(endings(the_rest_of_sync), ["28"]);
}
