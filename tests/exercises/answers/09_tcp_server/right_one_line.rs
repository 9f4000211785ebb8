//! Without names for what `accept` returns.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let fd = sock.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let accepted = sock.accept(&co).await?;
            tasks.append(handler(accepted.0, accepted.1))
        }
    })
}
