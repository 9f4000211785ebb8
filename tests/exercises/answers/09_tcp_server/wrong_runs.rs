//! Whoever appends a task must also call `run`.
//! ---
//! Wer eine Task anhängt, muss auch `run` aufrufen.

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            tasks.append(handler(client, addr));
            genlab::run(&tasks);
        }
    })
}
