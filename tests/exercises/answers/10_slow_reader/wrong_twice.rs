//! Sends the rest, but only once more.
//! says: how many bytes arrived

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = send(client, data)?;
    co.yield_((Op::Send, client.as_raw_fd())).await;
    send(client, &data[sent..])?;
    Ok(())
}
