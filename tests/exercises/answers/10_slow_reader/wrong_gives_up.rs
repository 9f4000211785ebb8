//! A client that does not take everything at once has made a mistake.
//! ---
//! Ein Client, der nicht alles auf einmal nimmt, macht einen Fehler.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        if sent < rest.len() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        rest = &rest[sent..];
    }
    Ok(())
}
