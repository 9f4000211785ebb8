//! Takes 0 bytes for the end: a client that is slow for a moment loses the rest.
//! says: it ended although the client had not taken everything

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        if sent == 0 {
            break;
        }
        rest = &rest[sent..];
    }
    Ok(())
}
