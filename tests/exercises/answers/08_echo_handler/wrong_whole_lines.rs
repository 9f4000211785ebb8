//! A message is a line: one answers when it is complete.
//! ---
//! Eine Nachricht ist eine Zeile: Man antwortet, wenn sie vollständig ist.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        let mut line = Vec::new();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            line.extend(data);
            if line.ends_with(b"\n") {
                co.yield_((Op::Send, fd)).await;
                client.send(&[b"GOT:", &line[..]].concat())?;
                line.clear();
            }
        }
    })
}
