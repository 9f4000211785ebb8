//! The lab's echo server: one thread, any number of clients.
//!
//! Start it, then talk to it from other terminals: `nc localhost 25000`. `yieldfrom` is the
//! next step.

mod args;

use std::net::SocketAddr;

use genlab::{AsRawFd, Domain, Op, Outcome, Socket, Task, Tasks, Type, print, run, task};

// The TCP server: a task that makes a task of every client.
pub fn tcp_server(
    tasks: Tasks,
    address: SocketAddr,
    handler: fn(Socket, SocketAddr) -> Task,
) -> Task {
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

// The echo handler: sends back what the client sends, with GOT: in front.
pub fn echo_handler(client: Socket, address: SocketAddr) -> Task {
    task(move |co| async move {
        print(format!("Connection from {address}"));

        loop {
            co.yield_((Op::Recv, client.as_raw_fd())).await; // until the client sends something
            let Some(data) = client.recv(1000)? else { continue };

            if data.is_empty() {
                break; // the client has closed its side
            }

            let mut answer = [b"GOT:", &data[..]].concat();
            // To a client that reads slowly, `send` sends only what the kernel has room for.
            while !answer.is_empty() {
                co.yield_((Op::Send, client.as_raw_fd())).await; // until the kernel has room
                let sent = client.send(&answer)?;
                answer.drain(..sent);
            }
        }

        print("Connection closed");
        drop(client);
        Ok(())
    })
}

const HELP: &str = "\
The lab's echo server.

Usage: cargo run --example echo [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given;
127.0.0.1:0 means this machine only, on any free port.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    tasks.append(tcp_server(tasks.clone(), address, echo_handler));
    run(&tasks)
}
