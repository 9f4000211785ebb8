//! Tries `accept` again and again.
//! says: Your code did not finish within 2 s

use std::net::SocketAddr;

use genlab::{AsRawFd, Op, Socket, Task, Tasks, task};

fn tcp_server(tasks: Tasks, sock: Socket, handler: fn(Socket, SocketAddr) -> Task) -> Task {
    task(move |co| async move {
        let _ = &co;
        loop {
            if let Ok((client, addr)) = sock.get_ref().accept() {
                let (client, addr) = (Socket::wrap(client)?, addr.as_socket().unwrap());
                tasks.append(handler(client, addr));
            }
        }
    })
}
