//! The server may wait in `accept`: it has nothing else to do.
//! ---
//! Der Server darf in `accept` warten: Er hat sonst nichts zu tun.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let _ = &co;
        sock.get_ref().set_nonblocking(false)?;
        loop {
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
    })
}
