//! The whole answer has at most 1000 bytes.
//! ---
//! Die ganze Antwort hat höchstens 1000 Bytes.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            let answer = [b"GOT:", &data[..]].concat();
            client.send(&answer[..answer.len().min(1000)])?;
        }
    })
}
