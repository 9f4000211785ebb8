//! The waiting in a closure.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let knock = async || co.yield_((Op::Recv, sock.as_raw_fd())).await;
        loop {
            knock().await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
    })
}
