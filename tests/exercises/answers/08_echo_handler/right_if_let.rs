//! `if let`, and the end inside.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            if let Some(data) = client.recv(1000)? {
                if data.is_empty() {
                    break Ok(());
                }
                let mut answer = Vec::with_capacity(data.len() + 4);
                answer.extend_from_slice(b"GOT:");
                answer.extend_from_slice(&data);
                co.yield_((Op::Send, fd)).await;
                let _sent = client.send(&answer)?;
            }
        }
    })
}
