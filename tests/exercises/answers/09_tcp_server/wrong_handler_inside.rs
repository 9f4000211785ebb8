//! Drives the handler to its end before it accepts the next client.
//! says: What is asked

use std::os::fd::AsRawFd;

use exercises::accept;
use genawaiter::GeneratorState;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        let _ = &tasks;
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let mut handler = handler(accept(&sock)?);
            while let GeneratorState::Yielded(pair) = handler.resume() {
                co.yield_(pair).await;
            }
        }
    })
}
