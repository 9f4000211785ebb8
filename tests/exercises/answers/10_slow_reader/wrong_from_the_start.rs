//! Sends everything again if not all was taken.
//! says: how many bytes arrived

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    loop {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        if send(client, data)? == data.len() {
            return Ok(());
        }
    }
}
