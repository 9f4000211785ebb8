//! Waits only before the first client.
//! says: when it has accepted a client, it should wait, but the server ended

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        co.yield_((Op::Recv, sock.as_raw_fd())).await;
        loop {
            let client = accept(&sock)?;
            tasks.append(handler(client));
        }
    })
}
