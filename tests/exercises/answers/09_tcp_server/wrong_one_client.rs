//! Accepts one client, and ends.
//! says: when it has accepted 1 of 3 clients, it should wait, but the server ended

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, sock.as_raw_fd())).await;
        let (client, addr) = sock.accept(&co).await?;
        tasks.append(handler(client, addr));
        Ok(())
    })
}
