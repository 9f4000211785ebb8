//! Answers one message, and ends.
//! says: What is asked: Each message comes back

use std::os::fd::AsRawFd;

use genlab::{Op, Task, recv, send, task};
use socket2::Socket;

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        co.yield_((Op::Recv, fd)).await;
        let data = recv(&client, 1000)?.unwrap_or_default();
        co.yield_((Op::Send, fd)).await;
        send(&client, &[b"GOT:", &data[..]].concat())?;
        Ok(())
    })
}
