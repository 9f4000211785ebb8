//! Answers one message, and ends.
//! says: What is asked: Each message comes back

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        co.yield_((Op::Recv, fd)).await;
        let data = client.recv(1000)?.unwrap_or_default();
        co.yield_((Op::Send, fd)).await;
        client.send(&[b"GOT:", &data[..]].concat())?;
        Ok(())
    })
}
