//! A few threads that work on any number of jobs, in turn.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

/// Does a step, and says whether that was the last.
pub type Job = Box<dyn FnMut() -> bool + Send>;

/// The threads, and the queue of what they do.
#[derive(Clone)]
pub struct Pool(mpsc::Sender<Job>);

impl Pool {
    pub fn new(threads: usize) -> io::Result<Pool> {
        let (queue, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let (queue, jobs) = (queue.clone(), Arc::clone(&jobs));
            let next = move || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            thread::Builder::new().spawn(move || {
                while let Ok(mut job) = next() {
                    // One that panics is dropped: who waits for it finds no answer.
                    if let Ok(false) = catch_unwind(AssertUnwindSafe(&mut job)) {
                        let _ = queue.send(job); // at the end, behind all others
                    }
                }
            })?;
        }
        Ok(Pool(queue))
    }

    /// Has the steps of a job done by the threads, one after the other, until it is done or has panicked.
    pub fn push(&self, job: Job) {
        let _ = self.0.send(job); // the threads never end
    }
}
