//! A listening socket sends an invitation: one waits until it can send.
//! ---
//! Ein lauschender Socket lädt ein: Man wartet, bis er senden kann.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Send, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
        }
    })
}
