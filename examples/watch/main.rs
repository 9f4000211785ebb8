//! The lab's scheduler, live in a browser: which task is where, and what it waits for.
//!
//! Start it, open <http://127.0.0.1:8000>, and talk to the server: `nc localhost 25000`. Then press
//! pause, type another line, and take it through step by step.
//!
//! Two schedulers run, each in a thread: the lab's, with the server of `echo.rs` as it is, and the
//! page's, which is made of generator tasks as well. `observe` tells of each step of the first; a
//! pipe, one more descriptor, tells the second that there is something new. What is noted stands in
//! `stage.rs` beside this file, what is sent of it in `picture.rs`, HTTP in `page.rs`, the buttons'
//! clients in `clients.rs`.

#[allow(clippy::duplicate_mod)] // echo.rs has it, too
#[path = "../args/mod.rs"]
mod args;
mod clients;
#[path = "../clock/mod.rs"]
mod clock;
#[allow(dead_code)] // it has a `main` of its own
#[path = "../echo.rs"]
mod echo;
mod page;
mod picture;
#[path = "../http/request.rs"]
mod request;
mod source;
mod stage;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::{ExitCode, exit};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use genlab::{Event, GenSocket, Task, Tasks, cannot_listen, observe, print, print_error, run};
use rustix::process::{Resource, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};

use clients::Crowd;
use page::Page;
use stage::Stage;

/// How many visitors of the page are served at a time. Each browser that watches keeps one busy.
const CREW: usize = 32;

thread_local! {
    /// Whose client each handler serves, by the number of its task.
    static PEERS: RefCell<HashMap<u64, SocketAddr>> = RefCell::default();
}

/// The echo handler, with a note of whom it is for.
fn noted_handler(client: Socket, address: SocketAddr) -> Task {
    let task = echo::echo_handler(client, address);
    PEERS.with_borrow_mut(|peers| peers.insert(task.number(), address));
    task
}

fn listen(address: SocketAddr) -> io::Result<Socket> {
    let sock = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    sock.set_reuse_address(true)?;
    sock.bind(&address.into()).map_err(|error| cannot_listen(address, error))?;
    sock.listen(128).map_err(|error| cannot_listen(address, error))?;
    Ok(sock)
}

/// The page's scheduler, in this thread.
fn serve(page: Page, sock: &Socket, bell: File) -> io::Result<ExitCode> {
    let (tasks, page) = (Tasks::new(), Rc::new(page));
    tasks.append(page::bell(page.clone(), bell));
    tasks.append(page::watchdog(page.clone()));
    tasks.append(clients::talk(page.crowd.clone()));
    for _ in 0..CREW {
        tasks.append(page::usher(page.clone(), GenSocket::new(sock.try_clone()?)?));
    }
    Ok(run(&tasks))
}

const HELP: &str = "\
The echo server, and a page that shows its scheduler at work.

Usage: cargo run --example watch [-- ECHO_ADDRESS [PAGE_ADDRESS]]

ECHO_ADDRESS is where the echo server listens: 0.0.0.0:25000 (all interfaces)
unless given. PAGE_ADDRESS is where the page is: 127.0.0.1:8000 unless given;
it has to be an address of this machine only.";

fn refuse(why: impl Display) -> ! {
    print_error(why);
    exit(1)
}

fn main() -> ExitCode {
    let args = args::args(HELP, 2);
    // The lab's clients and the page share the descriptors: a full house must not lock the page out.
    let mut limit = getrlimit(Resource::Nofile);
    limit.current =
        Some(limit.maximum.unwrap_or(u64::MAX).min(10_240).max(limit.current.unwrap_or(0)));
    let _ = setrlimit(Resource::Nofile, limit);
    let mut echo = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);
    let page = args::address(args.get(1).map_or("127.0.0.1:8000", String::as_str), HELP);
    if !page.ip().is_loopback() {
        refuse(format!(
            "cannot show the page on {page}: it has buttons, and others could press them; \
             choose 127.0.0.1"
        ));
    }
    if echo.port() == 0 {
        // The buttons' clients must know the port before the server has one.
        let free = TcpListener::bind(echo).and_then(|sock| sock.local_addr());
        echo = free.unwrap_or_else(|error| refuse(cannot_listen(echo, error)));
    }
    let sock = listen(page).unwrap_or_else(|error| refuse(error));
    let page = sock.local_addr().ok().and_then(|address| address.as_socket()).unwrap_or(page);
    let (hear, ring) =
        page::new_bell().unwrap_or_else(|error| refuse(format!("cannot make a pipe: {error}")));
    let stage = Arc::new(Stage::new(ring));

    let watched = stage.clone();
    let here = match echo.ip() {
        ip if ip.is_unspecified() && echo.is_ipv4() => ([127, 0, 0, 1], echo.port()).into(),
        ip if ip.is_unspecified() => ([0, 0, 0, 0, 0, 0, 0, 1], echo.port()).into(),
        ip => (ip, echo.port()).into(),
    };
    let mut open = Some(move || {
        print(format!("Page on http://{page}"));
        let page = Page::new(stage, Crowd::default(), here, page);
        match serve(page, &sock, hear) {
            Ok(_) => exit(1), // its tasks never end but by an error, which was printed
            Err(error) => refuse(format!("cannot serve the page: {error}")),
        }
    });

    observe(move |event, line| {
        // When the server waits for its first client, there is something to show.
        if let Some(open) = open.take_if(|_| matches!(event, Event::Wait(..))) {
            thread::spawn(open);
        }
        if let Event::Complete(task, _) = event {
            PEERS.with_borrow_mut(|peers| peers.remove(&task.number()));
        }
        watched.enter(event, line, |id| PEERS.with_borrow(|peers| peers.get(&id).copied()));
    });
    let tasks = Tasks::new();
    tasks.append(echo::tcp_server(tasks.clone(), echo, noted_handler));
    run(&tasks)
}
