//! What a unit costs, measured for real: alone in its process, since other tests would come and go in its memory.

use concurrency_lab::measure::{Unit, unit_costs_of};

#[test]
fn a_thread_costs_memory_and_time() {
    let costs = unit_costs_of(&[Unit::Thread]);
    let thread = costs.unit(Unit::Thread).unwrap();
    assert_eq!(thread.failure, None);
    let bytes = thread.bytes.unwrap();
    assert!((1e3..1e6).contains(&bytes.estimate), "{bytes:?}");
    assert!(thread.start.unwrap().estimate > 0.0);
    assert!(costs.unit(Unit::Task).is_none());
}
