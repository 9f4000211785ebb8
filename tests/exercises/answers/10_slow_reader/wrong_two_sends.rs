//! First one tries, and waits only if something is left.
//! ---
//! Erst versucht man es, und wartet nur, wenn etwas übrig bleibt.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let sent = client.send(data)?;
    let mut rest = &data[sent..];
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
