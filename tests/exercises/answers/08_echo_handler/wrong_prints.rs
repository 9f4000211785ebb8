//! Prints the answer instead of sending it.
//! says: the client should have heard "GOT:Hello\n"

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
            println!("GOT:{}", String::from_utf8_lossy(&data));
            let _ = client.send(b"")?;
        }
    })
}
