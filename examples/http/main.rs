//! A web server: the files of a folder, to any browser.
//!
//! `cargo run --example http`, and open <http://localhost:8000>. By hand: `nc localhost 8000`, then
//! `GET / HTTP/1.0` and an empty line. What a request is stands in `request.rs` beside this file,
//! the way from a name to a file in `files.rs`, and what is sent back in `answer.rs`.
//!
//! A task waits for one thing. To wait for "a request, or ten seconds" takes two tasks: the handler
//! waits for the request, and a watchdog ends the connections of those who are late.

mod answer;
#[path = "../args/mod.rs"]
mod args;
mod files;
mod request;
#[path = "../tcp/mod.rs"]
mod tcp;

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Shutdown, SocketAddr};
use std::path::{Path, PathBuf};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use genlab::{GenSocket, Outcome, Task, Tasks, Timer, run, task};
use tcp::tcp_server;

/// No head of a request is longer, in bytes.
const HEAD: usize = 32 * 1024;

/// So many connections may come from one address.
const MOST: usize = 200;

/// A client that is here.
pub struct Visit {
    client: GenSocket,
    /// How long it may take for a request, and to take each piece of the answer.
    patience: Duration,
    late: Cell<Instant>,
}

impl Visit {
    fn new(client: GenSocket, patience: Duration) -> Visit {
        Visit { client, patience, late: Cell::new(Instant::now() + patience) }
    }

    fn made_progress(&self) {
        self.late.set(Instant::now() + self.patience);
    }
}

/// All who are here. Weak: a connection that its handler has left is closed.
type Visits = Rc<RefCell<Vec<Weak<Visit>>>>;

// Looks once a second who is late. One timer for all: with one for each, they would run out first.
fn watchdog(visits: Visits) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_secs(1)).await?;
            visits.borrow_mut().retain(|visit| {
                let Some(visit) = visit.upgrade() else { return false };
                if visit.late.get() < Instant::now() {
                    let _ = visit.client.shutdown(Shutdown::Both); // its handler is woken by that
                }
                true
            });
        }
    })
}

fn http_handler(visit: Rc<Visit>, folder: Rc<Path>) -> Task {
    task(move |co| async move {
        let mut received = Vec::new();
        // One request after another on the same connection: keep-alive.
        while let Some(request) = request::read(&co, &visit.client, HEAD, &mut received).await? {
            visit.made_progress();
            if !answer::send(&co, &visit, &folder, request).await? {
                // To close with something unread would be a reset, which can outrun the answer.
                visit.client.shutdown(Shutdown::Write)?;
                while !visit.client.recv(&co, 4096).await?.is_empty() {}
                break;
            }
        }
        Ok(())
    })
}

const HELP: &str = "\
A web server for the files of a folder.

Usage: cargo run --example http [-- LISTEN [FOLDER [SECONDS]]]

LISTEN is where to listen: 127.0.0.1:8000 (this machine only) unless given.
FOLDER is what to show: examples/http/site unless given. Whoever can connect can
read what is in it, except what has a name with a dot in front.
SECONDS is how long a client may take for a request: 10 unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 3);
    let address = args::address(args.first().map_or("127.0.0.1:8000", String::as_str), HELP);
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/http/site");
    let folder = PathBuf::from(args.get(1).map_or(site, String::as_str));
    let folder: Rc<Path> = match folder.canonicalize() {
        Ok(path) if path.is_dir() => path.into(),
        Ok(_) => args::fail(format!("cannot show {}: it is not a folder", folder.display())),
        Err(error) => args::fail(format!("cannot show {}: {error}", folder.display())),
    };
    let patience = args::seconds(args.get(2).map_or("10", String::as_str));

    let (tasks, visits) = (Tasks::new(), Visits::default());
    tasks.append(watchdog(visits.clone()));
    let handler = move |client: GenSocket, addr: SocketAddr| {
        let ip =
            |visit: &Weak<Visit>| visit.upgrade()?.client.get_ref().peer_addr().map(|it| it.ip());
        if visits.borrow().iter().filter(|visit| ip(visit) == Some(addr.ip())).count() >= MOST {
            let why =
                format!("{addr} has too many connections: the limit is {MOST} from one address");
            return task(move |_| async { Err(io::Error::other(why)) });
        }
        let visit = Rc::new(Visit::new(client, patience));
        visits.borrow_mut().push(Rc::downgrade(&visit));
        http_handler(visit, Rc::clone(&folder))
    };
    tasks.append(tcp_server(tasks.clone(), address, handler));
    run(&tasks)
}
