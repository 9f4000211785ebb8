//! The lab's echo server, half a page later: functions that yield, called by the handler.
//!
//! `diff examples/echo.rs examples/yieldfrom.rs`; `examples/gensocket.rs` is the next step.

mod args;

use std::io;
use std::net::SocketAddr;

use genlab::{AsRawFd, Co, Domain, Op, Outcome, Socket, Task, Tasks, Type, print, run, task};

// The TCP server: a task that makes a task of every client.
fn tcp_server(tasks: Tasks, address: SocketAddr, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let sock = Socket::new(Domain::for_address(address), Type::STREAM)?;
        sock.set_reuse_address(true)?;
        sock.bind(address)?;
        // So many connections may wait to be accepted. With the lab's 5, a class would not fit.
        sock.listen(1024)?;
        print(format!("Server running on {}", sock.local_addr()?));

        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await; // until a client connects
            let (client, addr) = sock.accept(&co).await?; // waits, too, if no descriptor is left
            tasks.append(handler(client, addr));
        }
    })
}

// Waits, then receives. It yields itself; what it yields goes through the handler to `run`.
async fn recv_from(co: &Co, client: &Socket, size: usize) -> io::Result<Vec<u8>> {
    loop {
        co.yield_((Op::Recv, client.as_raw_fd())).await; // until the client sends something
        if let Some(data) = client.recv(size)? {
            return Ok(data);
        }
    }
}

// Waits, then sends, until everything is sent.
async fn send_all(co: &Co, client: &Socket, mut data: &[u8]) -> io::Result<()> {
    // To a client that reads slowly, `send` sends only what the kernel has room for.
    while !data.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await; // until the kernel has room
        let sent = client.send(data)?;
        data = &data[sent..];
    }
    Ok(())
}

// The echo handler: sends back what the client sends, with GOT: in front.
fn echo_handler(client: Socket, address: SocketAddr) -> Task {
    task(move |co| async move {
        print(format!("Connection from {address}"));

        loop {
            let data = recv_from(&co, &client, 1000).await?; // yield from

            if data.is_empty() {
                break; // the client has closed its side
            }

            let answer = [b"GOT:", &data[..]].concat();
            send_all(&co, &client, &answer).await?; // yield from
        }

        print("Connection closed");
        drop(client);
        Ok(())
    })
}

const HELP: &str = "\
The lab's echo server, with functions that yield.

Usage: cargo run --example yieldfrom [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given;
127.0.0.1:0 means this machine only, on any free port.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    tasks.append(tcp_server(tasks.clone(), address, echo_handler));
    run(&tasks)
}
