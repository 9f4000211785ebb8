//! The handler talks through the socket that listens.
//! ---
//! Der Handler spricht durch den Socket, der lauscht.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (_client, addr) = sock.accept(&co).await?;
            tasks.append(handler(sock.try_clone()?, addr));
        }
    })
}
