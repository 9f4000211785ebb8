//! Tries `accept` again and again.
//! says: Your code did not finish within 2 s

use std::os::fd::AsRawFd;

use exercises::accept;
use genlab::{Op, Task, Tasks, task};
use socket2::Socket;

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket) -> Task) -> Task {
    task(move |co| async move {
        let _ = &co;
        loop {
            if let Ok(client) = accept(&sock) {
                tasks.append(handler(client));
            }
        }
    })
}
