//! `GOT:` is a greeting and comes once.
//! ---
//! `GOT:` ist eine Begrüßung und kommt einmal.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        let mut got = &b"GOT:"[..];
        loop {
            co.yield_((Op::Recv, fd)).await;
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[got, &data[..]].concat())?;
            got = b"";
        }
    })
}
