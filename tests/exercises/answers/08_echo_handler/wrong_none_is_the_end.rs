//! `None` means that nothing will come any more.
//! ---
//! `None` heißt, dass nichts mehr kommt.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { return Ok(()) };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
