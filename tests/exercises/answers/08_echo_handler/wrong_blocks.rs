//! A handler may wait in `recv`: it has nothing else to do.
//! ---
//! Ein Handler darf in `recv` warten: Er hat sonst nichts zu tun.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        client.get_ref().set_nonblocking(false)?;
        loop {
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd)).await;
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
