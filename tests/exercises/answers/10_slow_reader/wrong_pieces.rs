//! Pieces of 1000 bytes are small enough to be taken as a whole.
//! ---
//! Stücke von 1000 Bytes sind klein genug, um ganz genommen zu werden.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    for piece in data.chunks(1000) {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        client.send(piece)?;
    }
    Ok(())
}
