//! The last byte is only the end.
//! ---
//! Das letzte Byte ist nur das Ende.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while rest.len() > 1 {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
