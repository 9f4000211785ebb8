//! What tells right from wrong: the exercises, cut at the line between the student's part and the
//! tests; a workshop that compiles any student's part with the tests of the original; and a
//! process that ends in time whatever it does.

pub mod course;
pub mod judge;
pub mod keeper;
pub mod process;
pub mod submissions;
pub mod table;
pub mod workshop;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

/// Does the work for all items, on all processors; the results are in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let processors = thread::available_parallelism().map_or(2, usize::from);
    in_parallel_by(processors, items, work)
}

/// The same with so many threads, for work that mostly waits.
pub fn in_parallel_by<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(usize, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let (done, results) = channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (done, next, work) = (done.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let _ = done.send((index, work(index, item)));
                }
            });
        }
    });
    drop(done);
    let mut results: Vec<_> = results.iter().collect();
    results.sort_by_key(|&(index, _)| index);
    results.into_iter().map(|(_, result)| result).collect()
}
