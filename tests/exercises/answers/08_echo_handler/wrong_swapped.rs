//! To wait with `Op::Send` means: until the other side sends.
//! ---
//! Mit `Op::Send` warten heißt: bis die andere Seite etwas schickt.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Send, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Recv, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
