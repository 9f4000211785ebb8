//! Waits until the listening socket can send.
//! says: at the beginning

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        loop {
            co.yield_((Op::Send, sock.as_raw_fd())).await;
            let client = accept(&sock)?;
            tasks.append(handler(client));
        }
    })
}
