//! The lab's scheduler, live in a browser: which task is where, and what it waits for.
//!
//! Start it, open <http://127.0.0.1:8000>, and talk to the server: `nc localhost 25000`. Then press
//! pause, type another line, and take it through step by step.
//!
//! Two schedulers run, each in a thread: the lab's, with the server of `echo.rs` as it is, and the
//! page's, which is made of generator tasks as well. `observe` tells of each step of the first; a
//! pipe, one more descriptor, tells the second that there is something new. How a step is entered
//! stands in `stage.rs` beside this file, what is seen of the kernel in `kernel.rs`, HTTP in `http.rs`,
//! the buttons' clients in `clients.rs`; the page and what it is given in the package `recording`, in
//! the folder `page`.

#[allow(clippy::duplicate_mod)] // echo.rs has it, too
#[path = "../../args/mod.rs"]
mod args;
mod clients;
#[allow(dead_code)] // it has a `main` of its own
#[path = "../../echo.rs"]
mod echo;
mod http;
mod kernel;
#[path = "../../http/request.rs"]
mod request;
mod source;
mod stage;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::exit;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use genlab::{
    Domain, Event, GenSocket, Outcome, Socket, Tasks, Type, observe, print, run, socketpair,
};
#[cfg(unix)]
use rustix::process::{Resource, getrlimit, setrlimit};

use clients::Crowd;
use http::Page;
use stage::Stage;

/// How many visitors of the page are served at a time. Each browser that watches keeps one busy.
const CREW: usize = 32;

fn listen(address: SocketAddr) -> io::Result<Socket> {
    let sock = Socket::new(Domain::for_address(address), Type::STREAM)?;
    sock.set_reuse_address(true)?;
    sock.bind(address)?;
    sock.listen(128)?;
    Ok(sock)
}

/// The page's scheduler, in this thread.
fn serve(page: Page, sock: &Socket, bell: Socket) -> io::Result<Outcome> {
    let (tasks, page) = (Tasks::new(), Rc::new(page));
    tasks.append(http::bell(page.clone(), bell));
    tasks.append(http::watchdog(page.clone()));
    tasks.append(clients::talk(page.crowd.clone()));
    for _ in 0..CREW {
        tasks.append(http::usher(page.clone(), GenSocket::new(sock.try_clone()?)));
    }
    Ok(run(&tasks))
}

#[cfg(unix)]
fn raise_descriptor_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current =
        Some(limit.maximum.unwrap_or(u64::MAX).min(10_240).max(limit.current.unwrap_or(0)));
    let _ = setrlimit(Resource::Nofile, limit);
}

const HELP: &str = "\
The echo server, and a page that shows its scheduler at work.

Usage: cargo run -p watch [-- ECHO_ADDRESS [PAGE_ADDRESS]]

ECHO_ADDRESS is where the echo server listens: 0.0.0.0:25000 (all interfaces)
unless given. PAGE_ADDRESS is where the page is: 127.0.0.1:8000 unless given;
it has to be an address of this machine only.";

fn main() -> Outcome {
    let args = args::args(HELP, 2);
    // The lab's clients and the page share the descriptors: a full house must not lock the page out.
    #[cfg(unix)]
    raise_descriptor_limit();
    let mut echo = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);
    let page = args::address(args.get(1).map_or("127.0.0.1:8000", String::as_str), HELP);
    if !page.ip().is_loopback() {
        args::fail(format!(
            "cannot show the page on {page}: it has buttons, and others could press them; \
             choose 127.0.0.1"
        ));
    }
    if echo.port() == 0 {
        // The buttons' clients must know the port before the server has one.
        let free = TcpListener::bind(echo).and_then(|sock| sock.local_addr());
        echo = free.unwrap_or_else(|error| args::fail(format!("cannot listen on {echo}: {error}")));
    }
    let sock = listen(page).unwrap_or_else(|error| args::fail(error));
    let page = sock.local_addr().unwrap_or(page);
    let (hear, ring) =
        socketpair().unwrap_or_else(|error| args::fail(format!("cannot make a bell: {error}")));
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
            Err(error) => args::fail(format!("cannot serve the page: {error}")),
        }
    });

    observe(move |event, line| {
        // When the server waits for its first client, there is something to show.
        if let Some(open) = open.take_if(|_| matches!(event, Event::Wait { .. })) {
            thread::spawn(open);
        }
        watched.enter(event, line);
    });
    let tasks = Tasks::new();
    tasks.append(echo::tcp_server(tasks.clone(), echo, echo::echo_handler));
    run(&tasks)
}
