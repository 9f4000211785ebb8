//! Waits even when there is nothing to send.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    loop {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        sent += client.send(&data[sent..])?;
        if sent == data.len() {
            break Ok(());
        }
    }
}
