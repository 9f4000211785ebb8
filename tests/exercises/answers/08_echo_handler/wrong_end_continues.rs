//! Sees the end of file, and waits on: it can be received for ever.
//! says: but no end of it

use std::os::fd::AsRawFd;

use genlab::{Op, Task, recv, send, task};
use socket2::Socket;

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = recv(&client, 1000)? else { continue };
            if data.is_empty() {
                continue;
            }
            co.yield_((Op::Send, fd)).await;
            send(&client, &[b"GOT:", &data[..]].concat())?;
        }
    })
}
