//! `co.yield_(…)` alone waits; `.await` is decoration.
//! ---
//! `co.yield_(…)` allein wartet schon; das `.await` ist nur Beiwerk.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd));
            let Some(data) = client.recv(1000)? else { continue };
            if data.is_empty() {
                return Ok(());
            }
            co.yield_((Op::Send, fd));
            client.send(&[b"GOT:", &data[..]].concat())?;
        }
    })
}
