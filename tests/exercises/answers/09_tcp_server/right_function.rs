//! The wait and `accept` in a function of their own.

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, Task, Tasks, task};
use socket2::Socket;

async fn next_client(co: &Co, sock: &Socket) -> io::Result<Socket> {
    co.yield_((Op::Recv, sock.as_raw_fd())).await;
    exercises::accept(sock)
}

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        loop {
            tasks.append(handler(next_client(&co, &sock).await?));
        }
    })
}
