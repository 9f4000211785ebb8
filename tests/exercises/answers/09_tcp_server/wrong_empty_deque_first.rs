//! A new client is appended when nobody else is in the deque.
//! ---
//! Ein neuer Client wird angehängt, wenn sonst niemand in der Deque steht.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            if tasks.is_empty() {
                tasks.append(handler(client, addr));
            }
        }
    })
}
