//! An index that grows.

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < data.len() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        sent += send(client, &data[sent..])?;
    }
    Ok(())
}
