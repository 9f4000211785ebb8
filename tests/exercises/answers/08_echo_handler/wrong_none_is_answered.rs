//! `None` is empty data, and an answer to nothing does no harm.
//! ---
//! `None` sind leere Daten, und eine Antwort auf nichts schadet nicht.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let received = client.recv(1000)?;
            if received.as_ref().is_some_and(|data| data.is_empty()) {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &received.unwrap_or_default()[..]].concat())?;
        }
    })
}
