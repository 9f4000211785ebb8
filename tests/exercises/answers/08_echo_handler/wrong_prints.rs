//! Prints the answer instead of sending it.
//! says: the client should have heard "GOT:Hello\n"

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
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            println!("GOT:{}", String::from_utf8_lossy(&data));
            let _ = send(&client, b"")?;
        }
    })
}
