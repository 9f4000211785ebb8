//! Work that takes long goes to a thread, and a socket says when it is done.
//!
//! Start it, and from two terminals: `nc localhost 25000`. A number is answered with its factors:
//! try 1000000000000000003, which takes a while. Anything else is echoed, meanwhile and at once.
//!
//! The scheduler cannot interrupt a task: one that computes for ten seconds makes all wait. So the
//! computing goes to a thread, and the task waits as it waits for everything, for a descriptor. There
//! are as many threads as cores, and nobody computes for somebody who has left.

mod args;
mod lines;
mod tcp;

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use genlab::{AsRawFd, Co, GenSocket, Op, Outcome, Socket, Task, Tasks, run, socketpair, task};
use lines::Lines;
use tcp::tcp_server;

/// Who has ended the sending half may be gone, or wait for the answer: so long it is worked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The threads, and what waits for one of them.
#[derive(Clone)]
struct Pool(mpsc::Sender<Box<dyn FnOnce() + Send>>);

impl Pool {
    fn new(threads: usize) -> io::Result<Pool> {
        let (sender, jobs) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new().spawn(move || {
                let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                while let Ok(job) = next() {
                    let _ = catch_unwind(AssertUnwindSafe(job)); // who waits for it finds no answer
                }
            })?;
        }
        Ok(Pool(sender))
    }

    // Has the work done by a thread, and yields until it is.
    async fn run<T>(&self, co: &Co, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T>
    where
        T: Send + 'static,
    {
        let (done, working) = socketpair()?;
        let (sender, answer) = mpsc::channel();
        let job = move || {
            let _working = working; // closes when the work has ended, or panicked
            let _ = sender.send(work());
        };
        let _ = self.0.send(Box::new(job)); // the threads never end
        while done.recv(1)?.is_none() {
            co.yield_((Op::Recv, done.as_raw_fd())).await; // until the end of file
        }
        answer.recv().map_err(|_| io::Error::other("the work panicked"))
    }
}

/// Somebody who waits for an answer.
struct Asker {
    sock: Socket,
    ended: Option<Instant>,
}

impl Asker {
    fn is_here(&mut self) -> bool {
        match self.sock.get_ref().peek(&mut [MaybeUninit::uninit()]) {
            Ok(0) => self.ended.get_or_insert_with(Instant::now).elapsed() < PATIENCE,
            Ok(_) => true,
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        }
    }
}

// An example of long work: the more so, the larger the second largest factor. It looks from time to time
// whether anybody still wants to know.
fn factors(mut n: u64, mut wanted: impl FnMut() -> bool) -> Option<Vec<u64>> {
    let mut found = Vec::new();
    let mut factor = 2;
    let mut steps = 0_u32;
    while factor <= n / factor {
        if steps % 1_000_000 == 0 && !wanted() {
            return None;
        }
        steps = steps.wrapping_add(1);
        if n % factor == 0 {
            found.push(factor);
            n /= factor;
        } else {
            factor += 1;
        }
    }
    found.push(n);
    Some(found)
}

// A client has at most one job at a time: its next line is read when this one is answered.
fn jobs_handler(pool: Pool, client: GenSocket) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut lines = Lines::new(client.clone());
        while let Some(line) = lines.next(&co).await? {
            let answer = match line.trim().parse() {
                Ok(n) => {
                    let mut asker = Asker { sock: client.get_ref().try_clone()?, ended: None };
                    let work = move || factors(n, || asker.is_here());
                    let Some(found) = pool.run(&co, work).await? else { return Ok(()) };
                    format!("{n}: {found:?}\n")
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
