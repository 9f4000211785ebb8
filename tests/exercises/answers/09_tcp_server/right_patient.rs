//! An `accept` that fails is no reason to end the server.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match sock.accept(&co).await {
                Ok((client, addr)) => tasks.append(handler(client, addr)),
                Err(error) => eprintln!("accept: {error}"),
            }
        }
    })
}
