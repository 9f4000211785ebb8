//! The server receives first, to see what the client wants.
//! ---
//! Der Server empfängt erst einmal, um zu sehen, was der Client will.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            let _ = client.recv(1000)?;
            tasks.append(handler(client, addr));
        }
    })
}
