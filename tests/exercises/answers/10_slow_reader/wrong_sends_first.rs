//! First one tries, and waits only if something is left.
//! ---
//! Erst versucht man es, und wartet nur, wenn etwas übrig bleibt.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    loop {
        let sent = client.send(rest)?;
        rest = &rest[sent..];
        if rest.is_empty() {
            return Ok(());
        }
        co.yield_((Op::Send, client.as_raw_fd())).await;
    }
}
