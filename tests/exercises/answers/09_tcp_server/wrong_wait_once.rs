//! It is enough to wait once, for the first client.
//! ---
//! Es genügt, einmal zu warten, auf den ersten Client.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, sock.as_raw_fd())).await;
        loop {
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
    })
}
