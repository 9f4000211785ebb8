//! What is left is the data without what was sent last.
//! ---
//! Übrig sind die Daten ohne das, was zuletzt geschickt wurde.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &data[sent..];
    }
    Ok(())
}
