//! Receives without waiting, and tries again and again.
//! says: Your code did not finish within 2 s

use std::os::fd::AsRawFd;

use genlab::{Op, Task, recv, send, task};
use socket2::Socket;

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            let Some(data) = recv(&client, 1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            send(&client, &[b"GOT:", &data[..]].concat())?;
        }
    })
}
