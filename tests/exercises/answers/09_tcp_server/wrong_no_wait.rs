//! Accepts without waiting.
//! says: how many handlers, when it has accepted 0

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
        }
    })
}
