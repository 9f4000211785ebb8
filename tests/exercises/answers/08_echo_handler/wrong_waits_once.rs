//! It is enough to wait once at the beginning.
//! ---
//! Es genügt, am Anfang einmal zu warten.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        co.yield_((Op::Recv, fd)).await;
        co.yield_((Op::Send, fd)).await;
        loop {
            let Some(data) = client.recv(1000)? else {
                co.yield_((Op::Recv, fd)).await;
                continue;
            };
            if data.is_empty() {
                return Ok(());
            }
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
