//! One waits until the client receives: that is `Op::Recv`.
//! ---
//! Man wartet, bis der Client empfängt: Das ist `Op::Recv`.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Recv, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
