//! An index that grows.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < data.len() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        sent += client.send(&data[sent..])?;
    }
    Ok(())
}
