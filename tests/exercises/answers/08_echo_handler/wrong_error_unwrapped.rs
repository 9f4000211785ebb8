//! An error in `recv` or `send` cannot happen, or should stop everything.
//! ---
//! Ein Fehler in `recv` oder `send` kommt nicht vor oder soll alles anhalten.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000).unwrap() else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat()).unwrap();
        }
    })
}
