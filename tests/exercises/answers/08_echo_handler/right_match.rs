//! A `match` with three arms.

use genlab::{AsRawFd, Op, Socket, Task, task};

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            match client.recv(1000)? {
                None => (),
                Some(data) if data.is_empty() => break,
                Some(data) => {
                    co.yield_((Op::Send, fd)).await;
                    let mut answer = b"GOT:".to_vec();
                    answer.extend(data);
                    client.send(&answer)?;
                }
            }
        }
        Ok(())
    })
}
