//! All clients have the address of the first.
//! ---
//! Alle Clients haben die Adresse des ersten.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let mut first = None;
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, *first.get_or_insert(addr)));
        }
    })
}
