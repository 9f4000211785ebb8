//! A proxy: what comes from the client goes to the target, and the other way round.
//!
//! Start `echo`, then `cargo run --example proxy`, and talk to the proxy: `nc localhost 25001`.
//! Each direction is a task of its own, so that neither waits for the other. What happens at one end is
//! handed on as it is: data, an end of file, and a reset as a reset, so that half an answer does not
//! look whole. When one direction has ended, the other may be silent for a minute.

mod args;
mod pair;
mod tcp;

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::Rc;

use genlab::{Co, GenSocket, Outcome, Task, Tasks, create_connection, run, task};
use pair::{Pair, Pairs, leads_to_itself, watchdog};
use tcp::{set_options, tcp_server};

// A client's task: connects to the target, and makes a task of each direction.
fn proxy_handler(tasks: Tasks, pairs: Pairs, client: GenSocket, target: Rc<[SocketAddr]>) -> Task {
    task(move |co| async move {
        let mut pair = Pair::new(client);
        let server = create_connection(&co, &target).await?;
        set_options(&server);
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
            if pair.is_broken() {
                return Ok(()); // not an end of file: it was woken for the end
            }
            to.shutdown(Shutdown::Write)?;
            pair.ended_one();
            return Ok(());
        }
        to.send_all(co, &data).await?;
        pair.moved();
    }
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
