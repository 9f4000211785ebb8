//! A loop without a wait: every byte arrives, but nobody else runs.
//! says: Your code did not finish within 2 s

use std::io;
use std::os::fd::AsRawFd;

use genlab::{Co, Op, send};
use socket2::Socket;

async fn send_all(co: &Co, client: &Socket, data: &[u8]) -> io::Result<()> {
    co.yield_((Op::Send, client.as_raw_fd())).await;
    let mut rest = data;
    while !rest.is_empty() {
        let sent = send(client, rest)?;
        rest = &rest[sent..];
    }
    Ok(())
}
