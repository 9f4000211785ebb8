//! Work that takes long goes to a thread, and a socket says when it is done.
//!
//! Start it, and from two terminals: `nc localhost 25000`. A number is answered with its factors:
//! try 1000000000000000003, which takes a while. Anything else is echoed, meanwhile and at once.
//!
//! The scheduler cannot interrupt a task: one that computes for ten seconds makes all wait. So the
//! computing goes to a thread, and the task waits as it waits for everything, for a descriptor. There
//! are as many threads as cores. Each does a step of a job and then one of the next, so that nobody
//! waits for another's job to end. Who waits gets a blank each second; with that the server finds out
//! who is gone, and computes no more for them.

mod args;
mod factors;
mod lines;
mod tcp;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use factors::Factors;
use genlab::{AsRawFd, Co, GenSocket, Op, Outcome, Task, Tasks, run, socketpair, task};
use lines::Lines;
use tcp::tcp_server;

/// Does a step, and says whether that was the last.
type Job = Box<dyn FnMut() -> bool + Send>;

/// The threads, and the queue of what they do.
#[derive(Clone)]
struct Pool(mpsc::Sender<Job>);

impl Pool {
    fn new(threads: usize) -> io::Result<Pool> {
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

    // Has the steps done by the threads, and yields until one of them has a result.
    async fn run<T>(
        &self,
        co: &Co,
        mut step: impl FnMut() -> Option<T> + Send + 'static,
    ) -> io::Result<T>
    where
        T: Send + 'static,
    {
        let (done, working) = socketpair()?;
        let (sender, answer) = mpsc::channel();
        let job = move || {
            let _working = &working; // closes with the job
            step().map(|result| sender.send(result)).is_some()
        };
        let _ = self.0.send(Box::new(job)); // the threads never end
        while done.recv(1)?.is_none() {
            co.yield_((Op::Recv, done.as_raw_fd())).await; // until the end of file
        }
        answer.recv().map_err(|_| io::Error::other("the work panicked"))
    }
}

// A client has at most one job at a time: its next line is read when this one is answered.
fn jobs_handler(pool: Pool, client: GenSocket) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut lines = Lines::new(client.clone());
        while let Some(line) = lines.next(&co).await? {
            let answer = match line.trim().parse() {
                Ok(n) => {
                    let (mut work, asker) = (Factors::of(n), client.get_ref().try_clone()?);
                    let mut told = Instant::now();
                    let step = move || {
                        if told.elapsed() > Duration::from_secs(1) {
                            told = Instant::now();
                            // Refused with a reset by one who is gone: the next one fails then.
                            if let Err(error) = asker.send(b" ") {
                                return Some(Err(error));
                            }
                        }
                        work.step().map(Ok)
                    };
                    format!("{n}: {:?}\n", pool.run(&co, step).await??)
                }
                Err(_) => format!("GOT:{line}\n"),
            };
            client.send_all(&co, answer.as_bytes()).await?;
        }
        Ok(())
    })
}

const HELP: &str = "\
An echo server that answers a number with its factors, however long that takes.

Usage: cargo run --example jobs [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    let cores = thread::available_parallelism().map_or(2, Into::into);
    let pool = match Pool::new(cores) {
        Ok(pool) => pool,
        Err(error) => args::fail(format!("cannot start {cores} threads: {error}")),
    };
    let handler = move |client, _| jobs_handler(pool.clone(), client);
    tasks.append(tcp_server(tasks.clone(), address, handler));
    run(&tasks)
}
