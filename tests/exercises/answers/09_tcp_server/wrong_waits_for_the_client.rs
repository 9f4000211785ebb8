//! Before the handler is made, the client must have said something.
//! ---
//! Bevor es den Handler gibt, muss der Client etwas gesagt haben.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            co.yield_((Op::Recv, client.as_raw_fd())).await;
            tasks.append(handler(client, addr));
        }
    })
}
