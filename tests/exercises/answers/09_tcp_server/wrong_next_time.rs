//! A handler is appended when the next client comes.
//! ---
//! Ein Handler wird angehängt, wenn der nächste Client kommt.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            let handler = handler(client, addr);
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            tasks.append(handler);
        }
    })
}
