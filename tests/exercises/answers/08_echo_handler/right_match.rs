//! A `match` with three arms.

use std::os::fd::AsRawFd;

use genlab::{Op, Task, recv, send, task};
use socket2::Socket;

fn echo_handler(client: Socket) -> Task {
    task(move |co| async move {
        let fd = client.as_raw_fd();
        loop {
            co.yield_((Op::Recv, fd)).await;
            match recv(&client, 1000)? {
                None => (),
                Some(data) if data.is_empty() => break,
                Some(data) => {
                    co.yield_((Op::Send, fd)).await;
                    let mut answer = b"GOT:".to_vec();
                    answer.extend(data);
                    send(&client, &answer)?;
                }
            }
        }
        Ok(())
    })
}
