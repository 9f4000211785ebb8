//! A loop without a wait: every byte arrives, but nobody else runs.
//! says: Your code did not finish within 2 s

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let mut rest = data;
    while !rest.is_empty() {
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
