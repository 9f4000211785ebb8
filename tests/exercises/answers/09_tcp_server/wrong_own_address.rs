//! The handler is told where the server is.
//! ---
//! Der Handler erfährt, wo der Server ist.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, _) = sock.accept(&co).await?;
            tasks.append(handler(client, sock.local_addr()?));
        }
    })
}
