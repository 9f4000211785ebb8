//! Any deque will do, also one of the server's own.
//! ---
//! Jede Deque ist recht, auch eine eigene des Servers.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let own = Tasks::new();
        let _ = &tasks;
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            own.append(handler(client, addr));
        }
    })
}
