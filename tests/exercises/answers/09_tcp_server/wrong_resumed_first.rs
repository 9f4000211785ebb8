//! A new task must be started before it is appended.
//! ---
//! Eine neue Task muss man starten, bevor man sie anhängt.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            let mut handler = handler(client, addr);
            let _ = handler.resume();
            tasks.append(handler);
        }
    })
}
