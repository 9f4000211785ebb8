//! A web server: the files of a folder, to any browser.
//!
//! `cargo run --example http`, and open <http://localhost:8000>. By hand: `nc localhost 8000`, then
//! `GET / HTTP/1.0` and an empty line. What a request is stands in `request.rs` beside this file,
//! the way from a name to a file in `files.rs`, what is sent back in `answer.rs`, who is here in
//! `visits.rs`.
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
mod visits;

use std::io;
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use genlab::{Outcome, Task, Tasks, Timer, run, task};
use tcp::tcp_server;
use visits::{Visit, Visits};

/// No head of a request is longer, in bytes.
const HEAD: usize = 32 * 1024;

// Looks once a second who is late. One timer for all: with one for each, they would run out first.
fn watchdog(visits: Visits) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_secs(1)).await?;
            visits.end_the_late();
        }
    })
}

fn http_handler(visit: io::Result<Rc<Visit>>, folder: Rc<Path>) -> Task {
    task(move |co| async move {
        let (visit, mut received) = (visit?, Vec::new());
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
    let handler =
        move |client, addr| http_handler(visits.enter(client, addr, patience), Rc::clone(&folder));
    tasks.append(tcp_server(tasks.clone(), address, handler));
    run(&tasks)
}
