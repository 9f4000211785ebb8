//! Makes the handler, and forgets to append it.
//! says: how many handlers were appended for one client

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        let _ = &tasks;
        loop {
            co.yield_((Op::Recv, sock.as_raw_fd())).await;
            let client = accept(&sock)?;
            let _handler = handler(client);
        }
    })
}
