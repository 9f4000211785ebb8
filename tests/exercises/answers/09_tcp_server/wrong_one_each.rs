//! One client for each machine is enough.
//! ---
//! Ein Client für jeden Rechner genügt.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let mut known = std::collections::HashSet::new();
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            if known.insert(addr.ip()) {
                tasks.append(handler(client, addr));
            }
        }
    })
}
