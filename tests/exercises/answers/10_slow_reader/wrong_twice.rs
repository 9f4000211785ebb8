//! Sends the rest, but only once more.
//! says: how many bytes arrived

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = client.send(data)?;
    co.yield_((Op::Send, client.as_raw_fd())).await;
    client.send(&data[sent..])?;
    Ok(())
}
