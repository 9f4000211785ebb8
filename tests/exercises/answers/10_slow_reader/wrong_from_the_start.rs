//! If not all was taken, one sends it all again.
//! ---
//! Wurde nicht alles genommen, schickt man alles noch einmal.

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
