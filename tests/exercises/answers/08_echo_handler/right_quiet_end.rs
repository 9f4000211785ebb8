//! A client that is gone is no reason for an error.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            match client.recv(1000) {
                Ok(None) => continue,
                Ok(Some(data)) if !data.is_empty() => {
                    co.yield_((Op::Send, fd)).await;
                    if client.send(&[&b"GOT:"[..], &data].concat()).is_err() {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
    })
}
