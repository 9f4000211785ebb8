//! The other end of the line: what you type goes to a server, what it answers is printed.
//!
//! Start `echo`, then `cargo run --example client`, and type. Ctrl-D ends your side.
//! The scheduler is the server's: two tasks, one for each direction.

mod args;

use std::io::{self, BufRead, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::process::{ExitCode, exit};
use std::rc::Rc;

use genlab::{Op, Task, Tasks, print_error, recv, run, send, task};
use socket2::Socket;

// Standard input to the server.
fn sender(server: Rc<Socket>) -> Task {
    task(move |co| async move {
        let mut stdin = io::stdin().lock();
        loop {
            co.yield_((Op::Recv, stdin.as_raw_fd())).await;
            let mut line = stdin.fill_buf()?.to_vec(); // one read: what is there, and no more
            stdin.consume(line.len());
            if line.is_empty() {
                break;
            }
            while !line.is_empty() {
                co.yield_((Op::Send, server.as_raw_fd())).await;
                let sent = send(&server, &line)?;
                line.drain(..sent);
            }
        }
        // The server reads the end of file now, but may go on answering.
        server.shutdown(Shutdown::Write)?;
        // Should this task end, `run` would say so amid the answers: it waits for what never comes.
        let (never, _open) = UnixStream::pair()?;
        co.yield_((Op::Recv, never.as_raw_fd())).await;
        Ok(())
    })
}

// The server to standard output.
fn receiver(server: Rc<Socket>) -> Task {
    task(move |co| async move {
        let mut stdout = io::stdout().lock();
        loop {
            co.yield_((Op::Recv, server.as_raw_fd())).await;
            // At most what a pipe that can take something is sure to take at once.
            let Some(data) = recv(&server, 4096)? else { continue };
            if data.is_empty() {
                break;
            }
            co.yield_((Op::Send, stdout.as_raw_fd())).await;
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

fn main() -> ExitCode {
    let args = args::args(HELP, 1);
    let address = args.first().map_or("localhost:25000", String::as_str);
    let server = match TcpStream::connect(address) {
        Ok(stream) => Rc::new(Socket::from(stream)),
        Err(error) => {
            print_error(format!("cannot connect to {address}: {error}; is the server running?"));
            return ExitCode::FAILURE;
        }
    };
    // `send` must take what there is room for, not wait until there is room for all.
    if let Err(error) = server.set_nonblocking(true) {
        print_error(format!("cannot use the connection to {address}: {error}"));
        return ExitCode::FAILURE;
    }

    let tasks = Tasks::new();
    tasks.append(sender(server.clone()));
    tasks.append(receiver(server));
    run(&tasks)
}
