//! The next byte is the one after those that were sent, plus one.
//! ---
//! Das nächste Byte ist das nach den geschickten, plus eins.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    let mut rest = data;
    while !rest.is_empty() {
        co.yield_((Op::Send, client.as_raw_fd())).await;
        let sent = client.send(rest)?;
        rest = rest.get(sent + 1..).unwrap_or_default();
    }
    Ok(())
}
