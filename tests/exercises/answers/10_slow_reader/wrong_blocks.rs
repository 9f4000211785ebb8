//! `send` may wait until the client takes everything.
//! ---
//! `send` darf warten, bis der Client alles nimmt.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    client.get_ref().set_nonblocking(false)?;
    let mut rest = data;
    while !rest.is_empty() {
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    client.get_ref().set_nonblocking(true)
}
