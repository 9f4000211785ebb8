//! After an error one tries again, as after 0 bytes.
//! ---
//! Nach einem Fehler versucht man es noch einmal, wie nach 0 Bytes.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest).unwrap_or(0);
        rest = &rest[sent..];
    }
    Ok(())
}
