//! The server keeps its clients, otherwise they would be closed.
//! ---
//! Der Server behält seine Clients, sonst würden sie geschlossen.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            std::mem::forget(client.try_clone()?);
            tasks.append(handler(client, addr));
        }
    })
}
