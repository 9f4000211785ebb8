//! What was sent is cut off at the end.
//! ---
//! Was geschickt ist, schneidet man hinten ab.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[..rest.len() - sent];
    }
    Ok(())
}
