//! How many bytes one receives at a time is a matter of taste.
//! ---
//! Wie viele Bytes man auf einmal empfängt, ist Geschmackssache.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(100)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
