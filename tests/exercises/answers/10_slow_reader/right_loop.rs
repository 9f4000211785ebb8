//! A `loop`, and the wait before each `send`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    loop {
        if rest.is_empty() {
            return Ok(());
        }
        co.yield_((Op::Send, client.as_raw_fd())).await;
        match client.send(rest) {
            Ok(sent) => rest = &rest[sent..],
            Err(error) => return Err(error),
        }
    }
}
