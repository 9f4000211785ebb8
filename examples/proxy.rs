//! A proxy: what comes from the client goes to the target, and the other way round.
//!
//! Start `echo`, then `cargo run --example proxy`, and talk to the proxy: `nc localhost 25001`.
//! Each direction is a task of its own, so that neither waits for the other. What happens at one end is
//! handed on as it is: data, an end of file, and a reset as a reset, so that half an answer does not
//! look whole.

mod args;
mod tcp;

use std::cell::{Cell, RefCell};
use std::io;
use std::net::{Shutdown, SocketAddr, UdpSocket};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use genlab::{Co, GenSocket, Outcome, Task, Tasks, Timer, create_connection, run, task};
use tcp::tcp_server;

/// Two connections that are one.
struct Pair {
    client: GenSocket,
    server: Option<GenSocket>,
    /// How many directions have come to their end of file.
    ended: Cell<u8>,
    broken: Cell<bool>,
    /// When something was last handed on.
    moved: Cell<Instant>,
}

impl Pair {
    fn sockets(&self) -> impl Iterator<Item = &GenSocket> {
        [&self.client].into_iter().chain(&self.server)
    }

    // Each direction is woken from its `recv`, but may send first what it has received.
    fn end(&self) {
        self.broken.set(true);
        for sock in self.sockets() {
            let _ = sock.shutdown(Shutdown::Read); // one of them may be gone already
        }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        if self.ended.get() < 2 {
            // A close without waiting for what is under way: that is a reset.
            for sock in self.sockets() {
                let _ = sock.get_ref().get_ref().set_linger(Some(Duration::ZERO));
            }
        }
    }
}

type Pairs = Rc<RefCell<Vec<Weak<Pair>>>>;

// A client's task: connects to the target, and makes a task of each direction.
fn proxy_handler(tasks: Tasks, pairs: Pairs, client: GenSocket, target: Rc<[SocketAddr]>) -> Task {
    task(move |co| async move {
        let (ended, broken) = (Cell::new(0), Cell::new(false));
        let moved = Cell::new(Instant::now());
        let mut pair = Pair { client, server: None, ended, broken, moved };
        let server = create_connection(&co, &target).await?;
        server.get_ref().set_nodelay(true)?; // what came in small pieces is sent in small pieces
        pair.server = Some(server);
        let pair = Rc::new(pair);
        pairs.borrow_mut().push(Rc::downgrade(&pair));
        tasks.append(direction(pair.clone(), true));
        tasks.append(direction(pair, false));
        Ok(())
    })
}

fn direction(pair: Rc<Pair>, to_server: bool) -> Task {
    task(move |co| async move {
        let Some(server) = &pair.server else { return Ok(()) };
        let (from, to) = if to_server { (&pair.client, server) } else { (server, &pair.client) };
        let result = carry(&co, &pair, from, to).await;
        if result.is_err() {
            pair.end();
        }
        result
    })
}

// Up to the end of file, which is handed on as well; the other direction may go on after it.
async fn carry(co: &Co, pair: &Pair, from: &GenSocket, to: &GenSocket) -> io::Result<()> {
    loop {
        // No more is received before this is sent, so that a slow end slows down the other.
        let data = from.recv(co, 16 * 1024).await?;
        if data.is_empty() {
            if pair.broken.get() {
                return Ok(()); // not an end of file: it was woken for the end
            }
            to.shutdown(Shutdown::Write)?;
            pair.ended.set(pair.ended.get() + 1);
            return Ok(());
        }
        to.send_all(co, &data).await?;
        pair.moved.set(Instant::now());
    }
}

// One who has ended one direction may wait for the other, or may be gone: TCP says the same of both. So
// the other direction may be silent only for so long. One timer for all.
fn watchdog(pairs: Pairs, patience: Duration) -> Task {
    task(move |co| async move {
        let timer = Timer::new()?;
        loop {
            timer.sleep(&co, Duration::from_secs(1)).await?;
            pairs.borrow_mut().retain(|pair| {
                let Some(pair) = pair.upgrade() else { return false };
                if pair.ended.get() == 1 && pair.moved.get().elapsed() > patience {
                    pair.end();
                }
                true
            });
        }
    })
}

// Whether who connects to `target` would come to `listen`, and so on for ever.
fn leads_to_itself(listen: SocketAddr, target: SocketAddr) -> bool {
    let ours = |address: SocketAddr| UdpSocket::bind((address.ip(), 0)).is_ok();
    let any = listen.ip().is_unspecified() || target.ip().is_unspecified();
    listen.port() == target.port() && (listen.ip() == target.ip() || any && ours(target))
}

const HELP: &str = "\
Carries every connection on to another server, and back.

Usage: cargo run --example proxy [-- LISTEN [TARGET [SECONDS]]]

LISTEN is where to listen: 127.0.0.1:25001 unless given.
TARGET is the server to connect to: 127.0.0.1:25000 unless given.
SECONDS is how long one direction may be silent after the end of the other:
60 unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 3);
    let listen = args::address(args.first().map_or("127.0.0.1:25001", String::as_str), HELP);
    let target = args::addresses(args.get(1).map_or("127.0.0.1:25000", String::as_str), HELP);
    let patience = args::seconds(args.get(2).map_or("60", String::as_str));
    if let Some(target) = target.iter().find(|target| leads_to_itself(listen, **target)) {
        args::fail(format!("cannot listen on {listen}: the target {target} is this proxy itself"));
    }

    let (tasks, target) = (Tasks::new(), Rc::from(target));
    let (more, pairs) = (tasks.clone(), Pairs::default());
    tasks.append(watchdog(pairs.clone(), patience));
    let handler =
        move |client, _| proxy_handler(more.clone(), pairs.clone(), client, Rc::clone(&target));
    tasks.append(tcp_server(tasks.clone(), listen, handler));
    run(&tasks)
}
