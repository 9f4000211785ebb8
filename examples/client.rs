//! The other end of the line: what you type goes to a server, what it answers is printed.
//!
//! Start `echo`, then `cargo run --example client`, and type. Ctrl-D ends your side.
//! The scheduler is the server's: two tasks, one for each direction. What one of them meets is told to
//! the user and ends the program, with the exit code 1 unless all went well; what had come is printed.

mod args;
mod terminal;

use std::cell::Cell;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::process::exit;
use std::rc::Rc;

use genlab::{Co, GenSocket, Outcome, Socket, Task, Tasks, print_error, run, socketpair, task};
use terminal::{Typed, print_all};

// Standard input to the server.
fn sender(server: Rc<GenSocket>, failed: Rc<Cell<bool>>) -> Task {
    task(move |co| async move {
        if let Err(error) = send_typed(&co, &server).await {
            // What the server has said by then is still printed: the receiver ends the program.
            print_error(error);
            failed.set(true);
        }
        // The server reads the end of file now, but may go on answering. If it is gone already, the
        // receiver finds out.
        let _ = server.shutdown(Shutdown::Write);
        // Should this task end, `run` would say so amid the answers: it waits for what never comes.
        let (never, _open) = socketpair()?;
        GenSocket::new(never).recv(&co, 1).await.map(drop)
    })
}

async fn send_typed(co: &Co, server: &GenSocket) -> io::Result<()> {
    let mut typed = Typed::new()?;
    loop {
        let data = typed.recv(co).await?;
        if data.is_empty() {
            return Ok(());
        }
        server.send_all(co, &data).await?;
    }
}

// The server to standard output. Its end ends the program: the sender may still wait for a line that
// nobody would answer.
fn receiver(server: Rc<GenSocket>, failed: Rc<Cell<bool>>) -> Task {
    task(move |co| async move {
        loop {
            let data = server.recv(&co, 4096).await.unwrap_or_else(|error| args::fail(error));
            if data.is_empty() {
                exit(i32::from(failed.get()));
            }
            if let Err(error) = print_all(&data) {
                args::fail(format!("cannot print what the server said: {error}"));
            }
        }
    })
}

const HELP: &str = "\
What you type goes to a server, what it answers is printed.

Usage: cargo run --example client [-- ADDRESS]

ADDRESS is the server's: localhost:25000 unless given.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args.first().map_or("localhost:25000", String::as_str);
    let server = match TcpStream::connect(address).and_then(Socket::wrap) {
        Ok(socket) => Rc::new(GenSocket::new(socket)),
        Err(error) => {
            args::fail(format!("cannot connect to {address}: {error}; is the server running?"))
        }
    };

    let tasks = Tasks::new();
    let failed = Rc::new(Cell::new(false));
    tasks.append(sender(server.clone(), failed.clone()));
    tasks.append(receiver(server, failed));
    run(&tasks)
}
