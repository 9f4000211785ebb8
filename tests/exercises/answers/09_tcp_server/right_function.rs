//! The wait and `accept` in a function of their own.

use std::io;
use std::net::SocketAddr;

use genlab::{AsRawFd, Co, Op, Socket, Task, Tasks, task};

async fn next_client(co: &Co, sock: &Socket) -> io::Result<(Socket, SocketAddr)> {
    co.yield_((Op::Recv, sock.as_raw_fd())).await;
    sock.accept(co).await
}

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            let (client, addr) = next_client(&co, &sock).await?;
            tasks.append(handler(client, addr));
        }
    })
}
