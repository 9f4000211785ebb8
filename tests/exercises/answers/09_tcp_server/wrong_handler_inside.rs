//! Drives the handler to its end before it accepts the next client.
//! says: What is asked

use std::net::SocketAddr;

use genawaiter::GeneratorState;
use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let _ = &tasks;
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let (client, addr) = sock.accept(&co).await?;
            let mut handler = handler(client, addr);
            while let GeneratorState::Yielded(pair) = handler.resume() {
                co.yield_(pair).await;
            }
        }
    })
}
