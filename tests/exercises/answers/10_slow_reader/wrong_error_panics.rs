//! An error in `send` cannot happen, or should stop everything.
//! ---
//! Ein Fehler in `send` kommt nicht vor oder soll alles anhalten.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest).unwrap();
        rest = &rest[sent..];
    }
    Ok(())
}
