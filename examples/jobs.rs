//! Work that takes long goes to a thread, and a socket says when it is done.
//!
//! Start it, and from two terminals: `nc localhost 25000`. A number is answered with its factors:
//! try 1000000000000000003, which takes a while. Anything else is echoed, meanwhile and at once.
//!
//! The scheduler cannot interrupt a task: one that computes for ten seconds makes all wait. So the
//! computing goes to a thread, and the task waits as it waits for everything, for a descriptor.

mod args;
mod lines;
mod tcp;

use std::io;
use std::rc::Rc;
use std::thread;

use genlab::{AsRawFd, Co, GenSocket, Op, Outcome, Task, Tasks, run, socketpair, task};
use lines::Lines;
use tcp::tcp_server;

// Does the work in a thread of its own, and yields until it is done.
async fn in_thread<T>(co: &Co, work: impl FnOnce() -> T + Send + 'static) -> io::Result<T>
where
    T: Send + 'static,
{
    let (done, working) = socketpair()?;
    let thread = thread::Builder::new().spawn(move || {
        let _working = working; // closes when the work has ended, or panicked
        work()
    })?;
    while !thread.is_finished() {
        co.yield_((Op::Recv, done.as_raw_fd())).await; // until the end of file
    }
    thread.join().map_err(|_| io::Error::other("the work panicked"))
}

// An example of long work: the more so, the larger the second largest factor.
fn factors(mut n: u64) -> Vec<u64> {
    let mut found = Vec::new();
    let mut factor = 2;
    while factor <= n / factor {
        if n % factor == 0 {
            found.push(factor);
            n /= factor;
        } else {
            factor += 1;
        }
    }
    found.push(n);
    found
}

// A client has at most one job at a time: its next line is read when this one is answered.
fn jobs_handler(client: GenSocket) -> Task {
    task(move |co| async move {
        let client = Rc::new(client);
        let mut lines = Lines::new(client.clone());
        while let Some(line) = lines.next(&co).await? {
            let answer = match line.trim().parse() {
                Ok(n) => format!("{n}: {:?}\n", in_thread(&co, move || factors(n)).await?),
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
    tasks.append(tcp_server(tasks.clone(), address, |client, _| jobs_handler(client)));
    run(&tasks)
}
