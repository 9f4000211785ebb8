//! The other end of the line: what you type goes to a server, what it answers is printed.
//!
//! Start `echo`, then `cargo run --example client`, and type. Ctrl-D ends your side.
//! The scheduler is the server's: two tasks, one for each direction.

mod args;

use std::cell::Cell;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::exit;
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use genlab::{AsRawFd, Co, Op, Outcome, Socket, Task, Tasks, print_error, run, socketpair, task};

// Standard input to the server.
fn sender(server: Rc<Socket>, failed: Rc<Cell<bool>>) -> Task {
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
        co.yield_((Op::Recv, never.as_raw_fd())).await;
        Ok(())
    })
}

async fn send_typed(co: &Co, server: &Socket) -> io::Result<()> {
    let (stdin, thread) = typed()?;
    loop {
        co.yield_((Op::Recv, stdin.as_raw_fd())).await;
        let Some(mut line) = stdin.recv(4096)? else { continue };
        if line.is_empty() {
            let read = thread.join().unwrap_or_else(|_| Err(io::Error::other("a panic")));
            return read.map_err(|error| {
                io::Error::new(error.kind(), format!("cannot read standard input: {error}"))
            });
        }
        while !line.is_empty() {
            co.yield_((Op::Send, server.as_raw_fd())).await;
            let sent = server.send(&line)?;
            line.drain(..sent);
        }
    }
}

// What is typed, from a socket: not every system lets a task wait for standard input itself.
fn typed() -> io::Result<(Socket, JoinHandle<io::Result<()>>)> {
    let (here, there) = socketpair()?;
    there.get_ref().set_nonblocking(false)?; // it is the thread's
    let thread = thread::Builder::new().spawn(move || {
        let mut data = [0; 4096];
        loop {
            match patiently(|| io::stdin().read(&mut data))? {
                0 => return Ok(()),
                n => (&mut there.get_ref()).write_all(&data[..n])?,
            }
        }
    })?;
    Ok((here, thread))
}

// A terminal that another program has made non-blocking says that it would block.
fn patiently(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => (),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(1));
            }
            result => return result,
        }
    }
}

fn print_all(mut data: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    while !data.is_empty() {
        match patiently(|| stdout.write(data))? {
            0 => return Err(ErrorKind::WriteZero.into()),
            n => data = &data[n..],
        }
    }
    patiently(|| stdout.flush().map(|()| 0)).map(drop)
}

// The server to standard output. Its end ends the program: the sender may still wait for a line that
// nobody would answer.
fn receiver(server: Rc<Socket>, failed: Rc<Cell<bool>>) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, server.as_raw_fd())).await;
            match server.recv(4096) {
                Ok(None) => (),
                Ok(Some(data)) if data.is_empty() => exit(i32::from(failed.get())),
                Ok(Some(data)) => {
                    if let Err(error) = print_all(&data) {
                        args::fail(format!("cannot print what the server said: {error}"));
                    }
                }
                Err(error) => args::fail(error),
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
    let server = Rc::new(match TcpStream::connect(address).and_then(Socket::wrap) {
        Ok(socket) => socket,
        Err(error) => {
            args::fail(format!("cannot connect to {address}: {error}; is the server running?"))
        }
    });

    let tasks = Tasks::new();
    let failed = Rc::new(Cell::new(false));
    tasks.append(sender(server.clone(), failed.clone()));
    tasks.append(receiver(server, failed));
    run(&tasks)
}
