//! `split_at` for the rest.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let fd = client.as_raw_fd();
    let mut rest = data;
    while rest.len() > 0 {
        co.yield_((Op::Send, fd)).await;
        (_, rest) = rest.split_at(client.send(rest)?);
    }
    Ok(())
}
