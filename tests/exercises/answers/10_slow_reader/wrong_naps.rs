//! A short sleep gives the client time to read.
//! ---
//! Ein kurzer Schlaf gibt dem Client Zeit zum Lesen.

use std::io;

use genlab::{AsRawFd, Co, Op, Socket};

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let mut rest = data;
    while !rest.is_empty() {
        let sent = client.send(rest)?;
        rest = &rest[sent..];
        if sent == 0 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }
    Ok(())
}
