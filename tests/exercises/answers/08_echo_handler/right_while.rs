//! A `while` with the data in its condition.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        let next = || client.recv(1000);
        co.yield_((Op::Recv, fd)).await;
        let mut data = next()?;
        while data.as_ref().is_none_or(|data| !data.is_empty()) {
            if let Some(data) = data {
                co.yield_((Op::Send, fd)).await;
                client.send(&[b"GOT:".to_vec(), data].concat())?;
            }
            co.yield_((Op::Recv, fd)).await;
            data = next()?;
        }
        Ok(())
    })
}
