//! A proxy: what comes from the client goes to the target, and the other way round.
//!
//! Start `echo`, then `cargo run --example proxy`, and talk to the proxy: `nc localhost 25001`.
//! Neither end can tell. Each direction is a task of its own, so that neither waits for the other.

mod args;
mod tcp;

use std::io;
use std::net::{Shutdown, SocketAddr};
use std::rc::Rc;

use genlab::{Co, Domain, GenSocket, Outcome, Socket, Task, Tasks, Type, run, task};
use tcp::tcp_server;

// A client's task: connects to the target, and makes a task of each direction.
fn proxy_handler(tasks: Tasks, client: GenSocket, target: SocketAddr) -> Task {
    task(move |co| async move {
        let server = GenSocket::new(Socket::new(Domain::for_address(target), Type::STREAM)?);
        server.connect(&co, target).await?;
        server.get_ref().set_nodelay(true)?; // what came in small pieces is sent in small pieces
        let (client, server) = (Rc::new(client), Rc::new(server));
        tasks.append(direction(client.clone(), server.clone()));
        tasks.append(direction(server, client));
        Ok(())
    })
}

fn direction(from: Rc<GenSocket>, to: Rc<GenSocket>) -> Task {
    task(move |co| async move {
        let result = carry(&co, &from, &to).await;
        if result.is_err() {
            // The other direction may wait for what never comes: both of its ends are over.
            for sock in [from, to] {
                let _ = sock.shutdown(Shutdown::Both); // one of them is gone already
            }
        }
        result
    })
}

// Up to the end of file, which is handed on as well; the other direction may go on after it.
async fn carry(co: &Co, from: &GenSocket, to: &GenSocket) -> io::Result<()> {
    loop {
        // No more is received before this is sent, so that a slow end slows down the other.
        let data = from.recv(co, 16 * 1024).await?;
        if data.is_empty() {
            return to.shutdown(Shutdown::Write);
        }
        to.send_all(co, &data).await?;
    }
}

const HELP: &str = "\
Carries every connection on to another server, and back.

Usage: cargo run --example proxy [-- LISTEN [TARGET]]

LISTEN is where to listen: 127.0.0.1:25001 unless given.
TARGET is the server to connect to: 127.0.0.1:25000 unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 2);
    let listen = args::address(args.first().map_or("127.0.0.1:25001", String::as_str), HELP);
    let target = args::address(args.get(1).map_or("127.0.0.1:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    let more = tasks.clone();
    let handler = move |client, _| proxy_handler(more.clone(), client, target);
    tasks.append(tcp_server(tasks.clone(), listen, handler));
    run(&tasks)
}
