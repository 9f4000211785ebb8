//! Whoever has waited may accept more than one.
//! ---
//! Wer gewartet hat, darf mehr als einen annehmen.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            for _ in 0..2 {
                let (client, addr) = sock.accept(&co).await?;
                tasks.append(handler(client, addr));
            }
        }
    })
}
