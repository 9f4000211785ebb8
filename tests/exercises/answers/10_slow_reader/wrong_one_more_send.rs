//! That nothing is left one sees after the next `send`.
//! ---
//! Dass nichts mehr übrig ist, sieht man nach dem nächsten `send`.

use genlab::{AsRawFd, Co, Op, Socket};
use std::io;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    if rest.is_empty() {
        return Ok(());
    }
    loop {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let n = client.send(rest)?;
        if rest.is_empty() {
            return Ok(());
        }
        rest = &rest[n..];
    }
}
