//! The lab's echo server, a page later: the socket yields by itself.
//!
//! `diff examples/echo.rs examples/gensocket.rs` is the lesson; a client cannot tell the two apart.

mod args;

use std::net::SocketAddr;

use genlab::{Domain, GenSocket, Outcome, Socket, Task, Tasks, Type, print, run, task};

// The TCP server: a task that makes a task of every client.
fn tcp_server(
    tasks: Tasks,
    address: SocketAddr,
    handler: fn(GenSocket, SocketAddr) -> Task,
) -> Task {
    task(move |co| async move {
        let sock = Socket::new(Domain::for_address(address), Type::STREAM)?;
        sock.set_reuse_address(true)?;
        sock.bind(address)?;
        // So many connections may wait to be accepted. With the lab's 5, a class would not fit.
        sock.listen(1024)?;
        let sock = GenSocket::new(sock);
        print(format!("Server running on {}", sock.get_ref().local_addr()?));

        loop {
            let (client, addr) = sock.accept(&co).await?; // until a client connects
            tasks.append(handler(client, addr));
        }
    })
}

// The echo handler: sends back what the client sends, with GOT: in front.
fn echo_handler(client: GenSocket, address: SocketAddr) -> Task {
    task(move |co| async move {
        print(format!("Connection from {address}"));

        loop {
            let data = client.recv(&co, 1000).await?; // until the client sends something

            if data.is_empty() {
                break; // the client has closed its side
            }

            let answer = [b"GOT:", &data[..]].concat();
            client.send_all(&co, &answer).await?; // until the kernel has taken it
        }

        print("Connection closed");
        drop(client);
        Ok(())
    })
}

const HELP: &str = "\
The lab's echo server, with a socket that yields by itself.

Usage: cargo run --example gensocket [-- ADDRESS]

ADDRESS is where to listen: 0.0.0.0:25000 (all interfaces) unless given;
127.0.0.1:0 means this machine only, on any free port.";

fn main() -> Outcome {
    let args = args::args(HELP, 1);
    let address = args::address(args.first().map_or("0.0.0.0:25000", String::as_str), HELP);

    let tasks = Tasks::new();
    tasks.append(tcp_server(tasks.clone(), address, echo_handler));
    run(&tasks)
}
