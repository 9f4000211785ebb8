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
mod pool;
mod tcp;

use std::io;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use factors::Factors;
use genlab::{AsRawFd, Co, GenSocket, Op, Outcome, Socket, Task, Tasks, run, socketpair, task};
use lines::Lines;
use pool::Pool;
use tcp::tcp_server;

// Has the steps done by the threads, and yields until one of them has a result.
async fn run_in_threads<T: Send + 'static>(
    co: &Co,
    pool: &Pool,
    mut step: impl FnMut() -> Option<T> + Send + 'static,
) -> io::Result<T> {
    let (done, working) = socketpair()?;
    let (sender, answer) = mpsc::channel();
    pool.push(Box::new(move || {
        let _working = &working; // closes with the job
        step().map(|result| sender.send(result)).is_some()
    }));
    while done.recv(1)?.is_none() {
        co.yield_((Op::Recv, done.as_raw_fd())).await; // until the end of file
    }
    answer.recv().map_err(|_| io::Error::other("the work panicked"))
}

// The steps of finding the factors of `n`, with a blank each second for the one who waits.
fn factors_for(asker: Socket, n: u64) -> impl FnMut() -> Option<io::Result<Vec<u64>>> {
    let (mut factors, mut told) = (Factors::of(n), Instant::now());
    move || {
        if told.elapsed() > Duration::from_secs(1) {
            told = Instant::now();
            // One who is gone refuses it with a reset, and the next one fails.
            if let Err(error) = asker.send(b" ") {
                return Some(Err(error));
            }
        }
        factors.step().map(Ok)
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
                    let job = factors_for(client.get_ref().try_clone()?, n);
                    format!("{n}: {:?}\n", run_in_threads(&co, &pool, job).await??)
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
