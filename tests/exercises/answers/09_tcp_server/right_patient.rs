//! An `accept` that fails is no reason to end the server.

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match accept(&sock) {
                Ok(client) => tasks.append(handler(client)),
                Err(error) => eprintln!("accept: {error}"),
            }
        }
    })
}
