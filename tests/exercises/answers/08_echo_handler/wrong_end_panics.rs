//! A client that leaves is an error.
//! ---
//! Ein Client, der geht, ist ein Fehler.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            assert!(!data.is_empty(), "the client has gone");
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
