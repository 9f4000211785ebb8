//! The other end of the line: what you type goes to a server, what it answers is printed.
//!
//! Start `echo`, then `cargo run --example client`, and type. Ctrl-D ends your side.
//! The scheduler is the server's: two tasks, one for each direction.

mod args;

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::process::exit;
use std::rc::Rc;
use std::thread;

use genlab::{AsRawFd, Op, Outcome, Socket, Task, Tasks, run, socketpair, task};

// Standard input to the server.
fn sender(server: Rc<Socket>) -> Task {
    task(move |co| async move {
        let stdin = typed()?;
        loop {
            co.yield_((Op::Recv, stdin.as_raw_fd())).await;
            let Some(mut line) = stdin.recv(4096)? else { continue };
            if line.is_empty() {
                break;
            }
            while !line.is_empty() {
                co.yield_((Op::Send, server.as_raw_fd())).await;
                let sent = server.send(&line)?;
                line.drain(..sent);
            }
        }
        // The server reads the end of file now, but may go on answering.
        server.shutdown(Shutdown::Write)?;
        // Should this task end, `run` would say so amid the answers: it waits for what never comes.
        let (never, _open) = socketpair()?;
        co.yield_((Op::Recv, never.as_raw_fd())).await;
        Ok(())
    })
}

// What is typed, from a socket: not every system lets a task wait for standard input itself.
fn typed() -> io::Result<Socket> {
    let (here, there) = socketpair()?;
    there.get_ref().set_nonblocking(false)?; // it is the thread's
    thread::Builder::new().spawn(move || io::copy(&mut io::stdin(), &mut there.get_ref()))?;
    Ok(here)
}

// The server to standard output.
fn receiver(server: Rc<Socket>) -> Task {
    task(move |co| async move {
        let mut stdout = io::stdout().lock();
        loop {
            co.yield_((Op::Recv, server.as_raw_fd())).await;
            let Some(data) = server.recv(4096)? else { continue };
            if data.is_empty() {
                break;
            }
            stdout.write_all(&data)?;
            stdout.flush()?;
        }
        // The server has closed. The sender may still wait for a line that nobody would answer.
        exit(0)
    })
}

const HELP: &str = "\
What you type goes to a server, what it answers is printed.

Usage: cargo run --example client [-- ADDRESS]

ADDRESS is the server's: localhost:25000 unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args.first().map_or("localhost:25000", String::as_str);
    let server = Rc::new(match TcpStream::connect(address).and_then(Socket::wrap) {
        Ok(socket) => socket,
        Err(error) => {
            args::fail(format!("cannot connect to {address}: {error}; is the server running?"))
        }
    });

    let tasks = Tasks::new();
    tasks.append(sender(server.clone()));
    tasks.append(receiver(server));
    run(&tasks)
}
