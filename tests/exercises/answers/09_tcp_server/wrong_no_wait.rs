//! Accepts without waiting.
//! says: at the beginning, it should wait, but the server ended

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        loop {
            let client = accept(&sock)?;
            tasks.append(handler(client));
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
        }
    })
}
