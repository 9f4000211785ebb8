//! A `while` that goes on as long as there is no error, and says it.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let error = loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            match sock.accept(&co).await {
                Ok((client, addr)) => tasks.append(handler(client, addr)),
                Err(error) => break error,
            }
        };
        eprintln!("{error}");
        Err(error)
    })
}
