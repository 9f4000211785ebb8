//! Sends everything again if not all was taken.
//! says: how many bytes arrived

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    loop {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        if client.send(data)? == data.len() {
            return Ok(());
        }
    }
}
