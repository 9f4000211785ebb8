//! A function that calls itself with the rest.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    if data.is_empty() {
        return Ok(());
    }
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let sent = client.send(data)?;
    Box::pin(send_all(co, client, &data[sent..])).await
}
